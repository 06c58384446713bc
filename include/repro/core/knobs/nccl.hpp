// SPDX-License-Identifier: MIT
#pragma once
// Variables that NCCL and Horovod read: before a communicator is made, and the same on all ranks.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr std::string_view nccl_objects = "libnccl";

inline constexpr knob nccl_knobs[] = {
    {"NCCL_ALGO", "NCCL, when a communicator is made", read_at::handle, knob_rule::any_case,
     "Ring|allreduce:tree|CollnetDirect|CollnetChain|^NVLS", for_seeds, nccl_objects,
     "in which order the ranks' sums are added up", "bandwidth",
     "Megatron Core developer guide, Deterministic Training; allreduce:tree from vLLM and torchtitan, "
     "batch-invariant mode"},
    {"NCCL_PROTO", "NCCL, when a communicator is made", read_at::handle, knob_rule::any_case, "Simple",
     for_bits, nccl_objects, "how messages are cut", "latency of small messages",
     "vLLM and torchtitan, batch-invariant mode; NCCL documentation, Environment Variables, NCCL_PROTO, "
     "which advises against setting it otherwise"},
    {"NCCL_NVLS_ENABLE", "NCCL, when a communicator is made", read_at::handle, knob_rule::one_of, "0",
     for_seeds, nccl_objects, "sums in the switch, which vary from call to call", "bandwidth",
     "vLLM and torchtitan, batch-invariant mode; NCCL issues 1497 and 2360"},
    {"NCCL_COLLNET_ENABLE", "NCCL, when a communicator is made", read_at::handle, knob_rule::one_of, "0",
     for_bits, nccl_objects, "sums in the network", "bandwidth",
     "vLLM and torchtitan, batch-invariant mode; NCCL documentation, Environment Variables, "
     "NCCL_COLLNET_ENABLE"},
    {"NCCL_MIN_NCHANNELS", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "1",
     for_none, nccl_objects, "how messages are divided", "bandwidth",
     "vLLM and torchtitan, batch-invariant mode; NCCL documentation, Environment Variables, "
     "NCCL_MIN_NCHANNELS"},
    {"NCCL_MAX_NCHANNELS", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "1",
     for_none, nccl_objects, "how messages are divided", "bandwidth",
     "vLLM and torchtitan, batch-invariant mode; NCCL documentation, Environment Variables, "
     "NCCL_MAX_NCHANNELS"},
    {"NCCL_NTHREADS", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "1", for_none,
     nccl_objects, "how messages are divided", "bandwidth",
     "vLLM and torchtitan, batch-invariant mode; NCCL documentation, Environment Variables, NCCL_NTHREADS"},
    {"NCCL_SOCKET_NTHREADS", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "1",
     for_none, nccl_objects, "how messages are divided between the helper threads of a connection",
     "bandwidth",
     "vLLM and torchtitan, batch-invariant mode; NCCL documentation, Environment Variables, "
     "NCCL_SOCKET_NTHREADS"},
    {"NCCL_P2P_NET_DISABLE", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "1",
     for_none, nccl_objects, "which transport carries sums between the devices of a node", "bandwidth",
     "vLLM and torchtitan, batch-invariant mode"},
    {"NCCL_LAUNCH_MODE", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "GROUP",
     for_none, nccl_objects, "in which order the kernels of several devices start", "small",
     "vLLM and torchtitan, batch-invariant mode; NCCL documentation, Environment Variables, "
     "NCCL_LAUNCH_MODE"},
    {"NCCL_TOPO_FILE", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "", for_none,
     nccl_objects, "the order of the ring, which else follows the machine", "none",
     "NCCL documentation, Environment Variables, NCCL_TOPO_FILE"},
    {"NCCL_CONF_FILE", "NCCL, when a communicator is made", read_at::handle, knob_rule::noted, "", for_none,
     nccl_objects,
     "every other setting of NCCL: it names a file of them, read in place of ~/.nccl.conf and before "
     "/etc/nccl.conf",
     "none", "NCCL documentation, Environment Variables, introduction"},
    {"HOROVOD_FUSION_THRESHOLD", "Horovod, at its start", read_at::handle, knob_rule::one_of, "0", for_seeds,
     "libhorovod", "which tensors are summed together", "bandwidth",
     "NVIDIA framework-reproducibility, TensorFlow, multi-GPU using Horovod"},
};

} // namespace repro::inline v0::detail
