// SPDX-License-Identifier: MIT
// Against the real CUDA libraries where a device answers; without one, that its absence is a fact.
#include <repro/adapters/cuda.hpp>
#include <repro/adapters/cuda/cublas.hpp>
#include <repro/adapters/cuda/cudnn.hpp>

#include "support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cuda_runtime_api.h>
#include <string>
#include <string_view>
#include <vector>

static_assert(repro::source<repro::cuda::streams>);

namespace {

namespace cuda = repro::cuda;

std::string value_of(const std::vector<repro::fact>& facts, std::string_view name) {
    for (const repro::fact& each : facts)
        if (each.name == name) return each.value;
    return {};
}

void need_device() {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) SKIP("no-cuda: no device of CUDA answers");
}

/// Zeroed memory of the device.
struct device_memory {
    explicit device_memory(std::size_t bytes) {
        REQUIRE(cudaMalloc(&at, bytes) == cudaSuccess);
        REQUIRE(cudaMemset(at, 0, bytes) == cudaSuccess);
    }
    ~device_memory() { cudaFree(at); }
    device_memory(const device_memory&) = delete;
    device_memory& operator=(const device_memory&) = delete;
    void* at = nullptr;
};

} // namespace

TEST_CASE("CUDA's versions and devices are facts, or why there are none") {
    cuda::streams source;
    source.seed(1);
    const auto facts = source.facts();
    CHECK(value_of(facts, "runtime").find('.') != std::string::npos);
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess) {
        REQUIRE(source.not_seeded().size() == 1);
        CHECK(source.not_seeded()[0].field == "cuda");
        CHECK(value_of(facts, "device0.multiprocessors").empty());
    } else {
        CHECK(source.not_seeded().empty());
        cudaDeviceProp properties{};
        REQUIRE(cudaGetDeviceProperties(&properties, 0) == cudaSuccess);
        CHECK(value_of(facts, "device0.multiprocessors") == std::to_string(properties.multiProcessorCount));
        CHECK(value_of(facts, "device0.compute_capability") ==
              std::to_string(properties.major) + "." + std::to_string(properties.minor));
    }
    source.restore(source.save());
    CHECK(support::refusal([&] { source.restore("cuda-2"); }) == repro::errc::state_invalid);
}

TEST_CASE("cuBLAS and cuDNN that are mapped tell their versions") {
    const auto facts = cuda::streams().facts();
    int major = 0;
    REQUIRE(cublasGetProperty(MAJOR_VERSION, &major) == CUBLAS_STATUS_SUCCESS);
    CHECK(value_of(facts, "cublas").starts_with(std::to_string(major) + "."));
    CHECK(value_of(facts, "cudnn") == std::to_string(cudnnGetVersion()));
}

TEST_CASE("a pinned cuBLAS handle answers with what was set, and repeats a product") {
    need_device();
    cublasHandle_t handle = nullptr;
    REQUIRE(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS);
    constexpr std::size_t workspace_bytes = 32U << 20;
    const device_memory workspace(workspace_bytes);
    const auto facts = cuda::pin(handle, workspace.at, workspace_bytes);
    CHECK(value_of(facts, "math_mode") == "pedantic, no reduced precision");
    CHECK(value_of(facts, "atomics") == "off");

    constexpr int n = 1000;
    std::vector<float> a(n * n), first(n * n), again(n * n);
    for (std::size_t i = 0; i < a.size(); ++i)
        a[i] = static_cast<float>(i % 1013) / 1013.0f;
    const device_memory on_device(a.size() * sizeof(float)), product(a.size() * sizeof(float));
    REQUIRE(cudaMemcpy(on_device.at, a.data(), a.size() * sizeof(float), cudaMemcpyHostToDevice) ==
            cudaSuccess);
    for (std::vector<float>* const result : {&first, &again}) {
        const float one = 1, zero = 0;
        auto* const x = static_cast<float*>(on_device.at);
        REQUIRE(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_T, n, n, n, &one, x, n, x, n, &zero,
                            static_cast<float*>(product.at), n) == CUBLAS_STATUS_SUCCESS);
        REQUIRE(cudaMemcpy(result->data(), product.at, a.size() * sizeof(float), cudaMemcpyDeviceToHost) ==
                cudaSuccess);
    }
    CHECK(first == again);
    // Not TF32, whose eleven bits would miss by far more: one element in double, within float32's rounding.
    double exact = 0;
    for (std::size_t k = 0; k < n; ++k)
        exact += static_cast<double>(a[k * n]) * static_cast<double>(a[k * n]);
    CHECK(std::abs(static_cast<double>(first[0]) - exact) < exact * 2e-6);
    cublasDestroy(handle);
}

TEST_CASE("cuDNN's deterministic algorithms are chosen, fit the workspace, and repeat a gradient") {
    need_device();
    cudnnHandle_t handle = nullptr;
    REQUIRE(cudnnCreate(&handle) == CUDNN_STATUS_SUCCESS);
    cudnnTensorDescriptor_t x = nullptr, y = nullptr;
    cudnnFilterDescriptor_t w = nullptr;
    cudnnConvolutionDescriptor_t convolution = nullptr;
    REQUIRE(cudnnCreateTensorDescriptor(&x) == CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnCreateTensorDescriptor(&y) == CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnCreateFilterDescriptor(&w) == CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnCreateConvolutionDescriptor(&convolution) == CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnSetTensor4dDescriptor(x, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, 8, 16, 28, 28) ==
            CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnSetTensor4dDescriptor(y, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, 8, 32, 28, 28) ==
            CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnSetFilter4dDescriptor(w, CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, 32, 16, 3, 3) ==
            CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnSetConvolution2dDescriptor(convolution, 1, 1, 1, 1, 1, 1, CUDNN_CROSS_CORRELATION,
                                            CUDNN_DATA_FLOAT) == CUDNN_STATUS_SUCCESS);
    cuda::use_full_precision(convolution);

    constexpr std::size_t workspace_bytes = 64U << 20;
    const auto forward = cuda::deterministic_forward(handle, x, w, convolution, y, workspace_bytes);
    const auto data = cuda::deterministic_backward_data(handle, w, y, convolution, x, workspace_bytes);
    const auto filter = cuda::deterministic_backward_filter(handle, x, y, convolution, w, workspace_bytes);
    CHECK(forward.determinism == CUDNN_DETERMINISTIC);
    CHECK(data.determinism == CUDNN_DETERMINISTIC);
    CHECK(filter.algo != CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0);
    CHECK(filter.memory <= workspace_bytes);

    std::vector<float> image(8 * 16 * 28 * 28), gradient(8 * 32 * 28 * 28), first(32 * 16 * 9),
        again(first.size());
    for (std::size_t i = 0; i < image.size(); ++i)
        image[i] = static_cast<float>(i % 997) / 997.0f;
    for (std::size_t i = 0; i < gradient.size(); ++i)
        gradient[i] = static_cast<float>(i % 1009) / 1009.0f - 0.5f;
    const device_memory on_x(image.size() * 4), on_y(gradient.size() * 4), on_w(first.size() * 4),
        space(workspace_bytes);
    REQUIRE(cudaMemcpy(on_x.at, image.data(), image.size() * 4, cudaMemcpyHostToDevice) == cudaSuccess);
    REQUIRE(cudaMemcpy(on_y.at, gradient.data(), gradient.size() * 4, cudaMemcpyHostToDevice) == cudaSuccess);
    for (std::vector<float>* const result : {&first, &again}) {
        const float one = 1, zero = 0;
        REQUIRE(cudnnConvolutionBackwardFilter(handle, &one, x, on_x.at, y, on_y.at, convolution, filter.algo,
                                               space.at, filter.memory, &zero, w,
                                               on_w.at) == CUDNN_STATUS_SUCCESS);
        REQUIRE(cudaMemcpy(result->data(), on_w.at, first.size() * 4, cudaMemcpyDeviceToHost) == cudaSuccess);
    }
    CHECK(first == again);
    cudnnDestroyConvolutionDescriptor(convolution);
    cudnnDestroyFilterDescriptor(w);
    cudnnDestroyTensorDescriptor(x);
    cudnnDestroyTensorDescriptor(y);
    cudnnDestroy(handle);
}
