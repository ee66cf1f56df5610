# How a guest is compiled. A makefile of your own needs two lines (libc.o only where asked for):
#     include path/to/zkbpf.mk
#     all: program.o libc.o
ZKBPF_GUEST := $(dir $(lastword $(MAKEFILE_LIST)))
ZKBPF_CC ?= $(firstword $(foreach c,clang-19 clang,$(if $(shell command -v $(c)),$(c))) clang-19)
ZKBPF_CPU ?= v3
# -fno-builtin: without it clang makes block copies that it then refuses to compile for BPF.
# -nostdlibinc: the compiler's own headers, and not the host's.
ZKBPF_CFLAGS ?= -O2 -g -Wall -Wextra
ZKBPF_FLAGS = -target bpf -mcpu=$(ZKBPF_CPU) -fno-builtin -nostdlibinc -I$(ZKBPF_GUEST) $(ZKBPF_CFLAGS)

%.o: %.c
	$(ZKBPF_CC) $(ZKBPF_FLAGS) -c $< -o $@
%.o: $(ZKBPF_GUEST)%.c
	$(ZKBPF_CC) $(ZKBPF_FLAGS) -c $< -o $@
