# How a guest is compiled. A makefile of your own needs two lines (libc.o only where asked for):
#     include path/to/zkbpf.mk
#     all: program.o libc.o
# Options, for all objects or for one (program.o: ZKBPF_CPU = v4):
#     ZKBPF_CPU          v1 to v4; v4 has signed division
#     ZKBPF_FRAME_BYTES  the --frame-bytes of zkbpf, for functions that need more stack
#     ZKBPF_SOURCES      C files to compile with the program as one: for functions with more than
#                        five arguments
#     ZKBPF_INT128       yes: 128-bit multiplication and division, and checked multiplication
ZKBPF_GUEST := $(dir $(lastword $(MAKEFILE_LIST)))
ZKBPF_CC ?= $(firstword $(foreach c,clang-19 clang,$(if $(shell command -v $(c)),$(c))) clang-19)
ZKBPF_CXX ?= $(firstword $(foreach c,clang++-19 clang++,$(if $(shell command -v $(c)),$(c))) clang++-19)
ZKBPF_CPU ?= v3
ZKBPF_FRAME_BYTES ?= 4096
# Without it clang allows 512 bytes. Clang 14 has no such option: make ZKBPF_STACK=
ZKBPF_STACK ?= -mllvm -bpf-stack-size=$(ZKBPF_FRAME_BYTES)
# -fno-builtin: without it clang makes block copies that it then refuses to compile for BPF.
# -nostdlibinc: the compiler's own headers, and not the host's.
ZKBPF_CFLAGS ?= -O2 -g -Wall -Wextra
ZKBPF_TARGET = -target bpf -mcpu=$(ZKBPF_CPU) $(ZKBPF_STACK)
ZKBPF_WHOLE = $(if $(ZKBPF_SOURCES),-mllvm -inline-threshold=1000000 -Wno-unused-function \
	-include $(ZKBPF_GUEST)internal.h $(addprefix -include ,$(ZKBPF_SOURCES)) \
	-include $(ZKBPF_GUEST)internal_end.h)
ZKBPF_FLAGS = $(ZKBPF_TARGET) -fno-builtin -nostdlibinc -I$(ZKBPF_GUEST) $(ZKBPF_CFLAGS) $(ZKBPF_WHOLE)
ZKBPF_CXXFLAGS = -fno-exceptions -fno-rtti -fno-threadsafe-statics

# Compiles $< with the compiler $(1) and its options $(2); by way of text where that is edited.
define ZKBPF_COMPILE
$(if $(filter yes,$(ZKBPF_INT128)),\
$(ZKBPF_CC) $(ZKBPF_TARGET) -fno-builtin -nostdlibinc -I$(ZKBPF_GUEST) -O2 -emit-llvm -c $(ZKBPF_GUEST)int128.c -o $@.int128.bc && \
$(1) $(2) -S -emit-llvm $< -o $@.ll && sed -E -f $(ZKBPF_GUEST)int128.sed $@.ll >$@.edited.ll && \
$(ZKBPF_CC) $(ZKBPF_TARGET) -O2 -Wno-override-module -Xclang -mlink-builtin-bitcode -Xclang $@.int128.bc -c $@.edited.ll -o $@ && \
rm -f $@.int128.bc $@.ll $@.edited.ll,\
$(1) $(2) -c $< -o $@)
endef

%.o: %.c
	$(call ZKBPF_COMPILE,$(ZKBPF_CC),$(ZKBPF_FLAGS))
%.o: $(ZKBPF_GUEST)%.c
	$(call ZKBPF_COMPILE,$(ZKBPF_CC),$(ZKBPF_FLAGS))
%.o: %.cc
	$(call ZKBPF_COMPILE,$(ZKBPF_CXX),$(ZKBPF_FLAGS) $(ZKBPF_CXXFLAGS))
# LLVM IR of another compiler, such as rustc --emit=llvm-ir.
%.o: %.ll
	sed -E -f $(ZKBPF_GUEST)int128.sed $< >$@.edited.ll
	$(ZKBPF_CC) $(ZKBPF_TARGET) -fno-builtin -nostdlibinc -I$(ZKBPF_GUEST) -O2 -emit-llvm -c $(ZKBPF_GUEST)int128.c -o $@.int128.bc
	$(ZKBPF_CC) $(ZKBPF_TARGET) -O2 -Wno-override-module -Xclang -mlink-builtin-bitcode -Xclang $@.int128.bc -c $@.edited.ll -o $@
	rm -f $@.int128.bc $@.edited.ll
# A Rust crate without the standard library, as IR for the host, which has the same sizes: there is
# no core library for BPF to compile against. opt-level 3, or functions that return 128 bits remain.
ZKBPF_RUSTC ?= rustc
%.ll: %.rs
	$(ZKBPF_RUSTC) --emit=llvm-ir --crate-type lib -C opt-level=3 -C panic=abort -C no-vectorize-loops -C no-vectorize-slp $< -o $@
