# The front door: each target installs what it lacks, builds, and runs one thing.
PREFIX ?= /usr/local
BUILD = build

.PHONY: all build demo test test-asan lint bench fuzz install clean
all: build

build:
	@tools/setup.sh build
	@cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX) -DZKBPF_TESTS=OFF >$(BUILD)-configure.log 2>&1 || { cat $(BUILD)-configure.log; exit 1; }
	@rm -f $(BUILD)-configure.log
	@cmake --build $(BUILD)

demo: build
	@tools/demo.sh

test:
	@tools/setup.sh test
	cmake --preset release -DZKBPF_TESTS=ON
	cmake --build $(BUILD)
	ctest --test-dir $(BUILD) --output-on-failure

test-asan:
	@tools/setup.sh test
	cmake --preset asan
	cmake --build build-asan
	ctest --test-dir build-asan --output-on-failure

lint:
	@tools/setup.sh test
	@tools/setup.sh lint
	@tools/lint.sh

bench: build
	@$(BUILD)/zkbpf bench kernels

fuzz:
	@tools/setup.sh test
	@tools/fuzz.sh

install: build
	cmake --install $(BUILD)

clean:
	rm -rf build build-*
