// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Proves a program on an input and checks the proof, from C++.
//
//     c++ -std=c++17 prove.cpp $(pkg-config --cflags --libs zkbpf) -o prove
//     ./prove SETUP PROGRAM INPUT
//
// SETUP is made anew when it is not there: for development only.
#include <zkbpf.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

template <auto destroy> struct Destroy {
    template <typename T> void operator()(T *handle) const { destroy(handle); }
};
using Srs = std::unique_ptr<zkb_srs, Destroy<zkb_srs_destroy>>;
using Program = std::unique_ptr<zkb_program, Destroy<zkb_program_destroy>>;
using Config = std::unique_ptr<zkb_config, Destroy<zkb_config_destroy>>;
using Trace = std::unique_ptr<zkb_trace, Destroy<zkb_trace_destroy>>;
using Proof = std::unique_ptr<zkb_proof, Destroy<zkb_proof_destroy>>;
struct Keys : zkb_keypair {
    Keys() : zkb_keypair{} {}
    ~Keys() { zkb_keypair_clear(this); }
    Keys(const Keys &) = delete;
    Keys &operator=(const Keys &) = delete;
};

// Makes a handle, or throws the reason.
template <typename Owner, typename Function, typename... Arguments>
Owner make(Function function, Arguments... arguments)
{
    typename Owner::pointer handle = nullptr;
    zkb_error error;
    if (function(&handle, arguments..., &error) != ZKB_OK) {
        throw std::runtime_error(error.message);
    }
    return Owner(handle);
}

void must(zkb_status status, const zkb_error &error)
{
    if (status != ZKB_OK) {
        throw std::runtime_error(error.message);
    }
}

int report(void *, const zkb_progress *progress)
{
    if (progress->event == ZKB_PROGRESS_CHUNK_FINISHED) {
        std::printf("chunk %u: %llu instructions\n", progress->chunk,
                    static_cast<unsigned long long>(progress->instructions));
    }
    return 0;
}

void run(const char *setup, const char *object, const char *input_path)
{
    zkb_error error;
    if (!std::ifstream(setup)) {
        must(zkb_srs_generate(setup, 13, 0, &error), error);
    }
    const Srs srs = make<Srs>(zkb_srs_load, setup);
    const Program program =
        make<Program>(zkb_program_open, &object, std::size_t{1}, nullptr);
    const Config config = make<Config>(zkb_config_create, 12u, nullptr, 8u);
    zkb_config_with_progress(zkb_config_with_chunk_size(config.get(), 2000), report, nullptr);

    Keys keys;
    must(zkb_keypair_load_or_generate(&keys, config.get(), srs.get(), program.get(), &error),
         error);
    std::ifstream file(input_path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    zkb_input input{};
    input.public_input = reinterpret_cast<const std::uint8_t *>(bytes.data());
    input.public_bytes = bytes.size();

    // What a debugger would look at; proving needs no trace.
    const Trace trace = make<Trace>(zkb_trace_create, program.get(), &input, config.get());
    std::printf("a trace of %llu steps\n",
                static_cast<unsigned long long>(zkb_trace_length(trace.get())));

    zkb_proof *made = nullptr;
    zkb_proof_summary summary;
    must(zkb_prove(&made, &summary, keys.proving, &input, config.get(), &error), error);
    const Proof proof(made);
    zkb_verdict verdict;
    must(zkb_verify_chunks(&verdict, keys.verifying, proof.get(), input.public_input,
                           input.public_bytes, 0, &error),
         error);
    std::printf("r0 %llu after %llu instructions in %u chunks, %llu bytes of proof\n",
                static_cast<unsigned long long>(verdict.r0),
                static_cast<unsigned long long>(verdict.instructions), verdict.chunks,
                static_cast<unsigned long long>(summary.proof_bytes));

    // The same proof says nothing about another input.
    if (zkb_verify_chunks(&verdict, keys.verifying, proof.get(), nullptr, 0, 0, &error) !=
        ZKB_ERROR_REJECTED) {
        throw std::runtime_error("a proof was taken for another input");
    }
    std::printf("of another input: %s\n", error.message);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: prove SETUP PROGRAM INPUT\n");
        return 2;
    }
    try {
        run(argv[1], argv[2], argv[3]);
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "prove: %s\n", problem.what());
        return 1;
    }
    return 0;
}
