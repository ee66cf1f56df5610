# The front door: each target installs what it lacks, builds, and runs one thing.
PREFIX ?= /usr/local
BUILD = build
JOBS := $(shell nproc 2>/dev/null || echo 1)
CTEST = ctest --output-on-failure --parallel $(JOBS)

.PHONY: all build demo test test-long test-clang test-asan test-tsan lint bench fuzz install clean
all: build

build:
	@tools/setup.sh build
	@tools/configure.sh release $(BUILD) -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	@cmake --build $(BUILD)

demo: build
	@tools/demo.sh $(BUILD)

test:
	@tools/setup.sh test
	@tools/configure.sh release $(BUILD) -DZKBPF_TESTS=ON
	@cmake --build $(BUILD)
	@$(CTEST) --test-dir $(BUILD) -L quick

# What takes longer: wider searches, every fault, other platforms.
test-long:
	@tools/setup.sh test
	@tools/configure.sh release $(BUILD) -DZKBPF_TESTS=ON
	@cmake --build $(BUILD)
	@$(CTEST) --test-dir $(BUILD) -L full

# By another compiler, at its highest level: no warning, and the same chips, sums and proofs.
test-clang:
	@tools/setup.sh test
	@tools/configure.sh clang build-clang
	@cmake --build build-clang
	@$(CTEST) --test-dir build-clang -R '^(air_.*|field|scalar|curve|msm|machine_chips|machine_digests|golden|run|api)$$'

# All but two wide searches, whose code the quick tests of the same name reach.
test-asan:
	@tools/setup.sh test
	@tools/configure.sh asan build-asan
	@cmake --build build-asan
	@$(CTEST) --test-dir build-asan -E '^(cells_together_many|cli_faults_many)$$'

# Threads, teams, both ways of proving, cancelling: what a minute can hold.
test-tsan:
	@tools/setup.sh test
	@tools/configure.sh tsan build-tsan
	@cmake --build build-tsan --target test_parallel test_api test_fold
	@TSAN_OPTIONS=halt_on_error=1 ZKBPF_NUM_THREADS=2 $(CTEST) --test-dir build-tsan -R '^(parallel|api|fold)$$'

lint:
	@tools/setup.sh test
	@tools/setup.sh lint
	@tools/lint.sh

bench: build
	@$(BUILD)/zkbpf bench kernels
	@$(BUILD)/zkbpf bench vm
	@$(BUILD)/zkbpf bench proof
	@$(BUILD)/zkbpf bench prove --examples $(BUILD)/examples

fuzz:
	@tools/setup.sh test
	@tools/fuzz.sh

install: build
	@cmake --install $(BUILD)

clean:
	rm -rf build build-*
