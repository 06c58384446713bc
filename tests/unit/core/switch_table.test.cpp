// SPDX-License-Identifier: MIT
#include <repro/core/switch_table.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string_view>

using repro::code_switch;
using repro::find_code_switch;

namespace {

// clang-format off
/// Section by section: process and compiler, OpenMP, CPU maths, CUDA, NCCL, PyTorch, TensorFlow and JAX.
constexpr std::string_view catalogue[] = {
    "GLIBC_TUNABLES", "setarch -R", "MALLOC_PERTURB_", "LD_BIND_NOW", "LD_LIBRARY_PATH", "LD_PRELOAD",
    "LC_ALL", "TZ", "PYTHONHASHSEED", "fesetround", "_MM_SET_FLUSH_ZERO_MODE", "-ffp-contract",
    "#pragma clang fp contract", "-ffast-math", "-Ofast", "-march", "-mno-daz-ftz", "OMP_NUM_THREADS",
    "omp_set_num_threads", "OMP_DYNAMIC", "OMP_SCHEDULE", "schedule", "OMP_PROC_BIND", "OMP_PLACES",
    "KMP_DETERMINISTIC_REDUCTION", "reduction", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS",
    "openblas_set_num_threads", "OPENBLAS_CORETYPE", "USE_LOCKING", "MKL_CBWR", "mkl_cbwr_set",
    "MKL_NUM_THREADS", "MKL_DYNAMIC", "MKL_THREADING_LAYER", "aligned_alloc",
    "dnnl_primitive_attr_set_deterministic", "ONEDNN_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE",
    "BLIS_NUM_THREADS", "BLIS_ARCH_TYPE", "Eigen::setNbThreads", "FFTW_ESTIMATE", "CUBLAS_WORKSPACE_CONFIG",
    "cublasSetStream", "cublasSetWorkspace", "cublasLtMatmul", "cublasSetAtomicsMode",
    "CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0", "CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3",
    "CUDNN_CONVOLUTION_BWD_DATA_ALGO_0", "CUDNN_POOLING_MAX", "CUDNN_CTC_LOSS_ALGO_NON_DETERMINISTIC",
    "torch.backends.cudnn.benchmark", "NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
    "CUDA_LAUNCH_BLOCKING", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "curandSetGeneratorOrdering",
    "rocrand_set_ordering", "ROCBLAS_DEFAULT_ATOMICS_MODE", "rocblas_set_atomics_mode",
    "ROCBLAS_INTERNAL_FP16_ALT_IMPL", "MIOPEN_DEBUG_CONVOLUTION_ATTRIB_FP16_ALT_IMPL",
    "NVTE_ALLOW_NONDETERMINISTIC_ALGO", "FLASH_ATTENTION_DETERMINISTIC", "flash_attn_func",
    "MAMBA_DETERMINISTIC", "CAUSAL_CONV1D_DETERMINISTIC", "NCCL_CONF_FILE", "NCCL_ALGO", "NCCL_PROTO",
    "NCCL_NVLS_ENABLE", "NCCL_COLLNET_ENABLE", "NCCL_MIN_NCHANNELS", "NCCL_MAX_NCHANNELS", "NCCL_NTHREADS",
    "NCCL_P2P_NET_DISABLE", "NCCL_LAUNCH_MODE", "NCCL_SOCKET_NTHREADS", "NCCL_TOPO_FILE", "ncclAllReduce",
    "bucket_cap_mb", "HOROVOD_FUSION_THRESHOLD", "at::globalContext().setDeterministicAlgorithms",
    "at::globalContext().setDeterministicCuDNN", "at::globalContext().setBenchmarkCuDNN",
    "at::globalContext().setAllowTF32CuBLAS", "at::globalContext().setAllowTF32CuDNN",
    "at::globalContext().setFloat32MatmulPrecision", "at::globalContext().setAllowFP16ReductionCuBLAS",
    "at::globalContext().setAllowBF16ReductionCuBLAS", "torch.nn.attention.sdpa_kernel",
    "at::globalContext().setDeterministicFillUninitializedMemory", "at::set_num_threads",
    "at::globalContext().setFlushDenormal", "torch._inductor.config.max_autotune",
    "torch._inductor.config.coordinate_descent_tuning", "torch.utils.data.DataLoader", "worker_init_fn",
    "tf.config.experimental.enable_op_determinism", "tf.random.set_seed", "TF_DETERMINISTIC_OPS",
    "TF_CUDNN_DETERMINISTIC", "TF_CUDNN_USE_AUTOTUNE",
    "TF_DISABLE_SEGMENT_REDUCTION_OP_DETERMINISM_EXCEPTIONS", "TF_ENABLE_ONEDNN_OPTS",
    "tf.config.experimental.enable_tensor_float_32_execution",
    "tf.config.threading.set_intra_op_parallelism_threads",
    "tf.config.threading.set_inter_op_parallelism_threads", "tf.data.Options.deterministic", "XLA_FLAGS",
    "--xla_gpu_deterministic_ops", "--xla_gpu_exclude_nondeterministic_ops",
    "--xla_gpu_load_autotune_results_from", "jax_threefry_partitionable", "jax_default_prng_impl",
    "jax_default_matmul_precision", "jax_enable_x64"};
// clang-format on

} // namespace

TEST_CASE("every setting has one name, and all that has to be known of it") {
    std::set<std::string_view> names;
    for (const code_switch& each : repro::code_switches) {
        INFO(each.name);
        CHECK(names.insert(repro::detail::undashed(each.name)).second);
        for (const std::string_view field : {each.name, each.accepted, each.affects, each.cost})
            CHECK_FALSE(field.empty());
        CHECK(each.reader.find(", ") != std::string_view::npos); // who, and when
        CHECK(each.source.size() > 10);
        CHECK(find_code_switch(each.name) == &each);
        CHECK(std::ranges::none_of(repro::knobs, [&](const repro::knob& known) {
            return known.name == each.name; // a variable has its own table
        }));
    }
}

TEST_CASE("no spelling names two settings") {
    std::set<std::string_view> spellings;
    for (const code_switch& each : repro::code_switches) {
        CHECK(spellings.insert(repro::detail::undashed(each.name)).second);
        for (std::string_view rest = each.also; !rest.empty();) {
            const std::string_view other = repro::detail::next_token(rest, '|');
            INFO(other);
            CHECK_FALSE(other.empty());
            CHECK(find_code_switch(other) == &each);
            CHECK(spellings.insert(repro::detail::undashed(other)).second);
        }
    }
}

TEST_CASE("no setting of the libraries that are covered is missing, as a variable or as a setting") {
    for (const std::string_view name : catalogue) {
        INFO(name);
        CHECK((find_code_switch(name) != nullptr ||
               std::ranges::count(repro::knobs, name, &repro::knob::name) == 1));
    }
}

TEST_CASE("a setting is found by its name in either language, and a flag without its dashes") {
    CHECK(find_code_switch("torch.backends.cudnn.benchmark") ==
          find_code_switch("at::globalContext().setBenchmarkCuDNN"));
    CHECK(find_code_switch("ffp-contract")->name == "-ffp-contract");
    CHECK(find_code_switch("--xla_gpu_deterministic_ops")->accepted == "true");
    CHECK(find_code_switch("cublasSetAtomicsMode")->needed_by == repro::level::seed_stable);
    CHECK(find_code_switch("-ffast-math")->when == repro::read_at::build);
    CHECK(to_string(repro::read_at::build) == "build");
    CHECK(find_code_switch("FFTW_MEASURE")->name == "FFTW_ESTIMATE");
    CHECK(find_code_switch("hipblasSetAtomicsMode")->name == "rocblas_set_atomics_mode");
    CHECK(find_code_switch("cuda::execution::determinism")->when == repro::read_at::build);
    CHECK(find_code_switch("omp_set_nested") == nullptr);
    CHECK(find_code_switch("") == nullptr);
    CHECK(find_code_switch("--") == nullptr);
}
