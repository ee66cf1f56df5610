#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Proves a program on an input and checks the proof, through ctypes.

    prove.py LIBRARY SETUP PROGRAM INPUT

LIBRARY is libzkbpf.so as installed. SETUP is made anew when it is not there: for development
only."""
import ctypes
import pathlib
import sys
from ctypes import POINTER, byref, c_char, c_char_p, c_int, c_size_t, c_uint32, c_uint64, c_void_p


class Error(ctypes.Structure):
    _fields_ = [("status", c_int), ("where", c_char_p), ("index", c_uint64),
                ("message", c_char * 256)]


class Input(ctypes.Structure):
    _fields_ = [("public_input", c_char_p), ("public_bytes", c_size_t),
                ("private_input", c_char_p), ("private_bytes", c_size_t),
                ("max_instructions", c_uint64)]


class Keypair(ctypes.Structure):
    _fields_ = [("proving", c_void_p), ("verifying", c_void_p)]


class Verdict(ctypes.Structure):
    _fields_ = [("r0", c_uint64), ("instructions", c_uint64), ("chunks", c_uint32),
                ("private_bytes", c_uint64), ("output_bytes", c_uint64),
                ("output", POINTER(ctypes.c_uint8))]


class Refused(Exception):
    def __init__(self, error):
        super().__init__(error.message.decode())
        self.status = error.status


REJECTED = 8  # zkb_status values are part of the interface


class Library:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.zkb_proof_bytes.restype = c_void_p
        self.library.zkb_trace_length.restype = c_uint64

    def call(self, name, *arguments):
        """A function that returns zkb_status and takes zkb_error last."""
        error = Error()
        if getattr(self.library, name)(*arguments, byref(error)) != 0:
            raise Refused(error)

    def make(self, name, *arguments):
        handle = c_void_p()
        self.call(name, byref(handle), *arguments)
        return handle


def main():
    path, setup, program_path, input_path = sys.argv[1:]
    zkb = Library(path)
    setup = setup.encode()
    if not pathlib.Path(setup.decode()).exists():
        zkb.call("zkb_srs_generate", setup, 13, 0)
    srs = zkb.make("zkb_srs_load", setup)
    paths = (c_char_p * 1)(program_path.encode())
    program = zkb.make("zkb_program_open", paths, c_size_t(1), None)
    config = zkb.make("zkb_config_create", 12, None, 8)
    keys = Keypair()
    zkb.call("zkb_keypair_load_or_generate", byref(keys), config, srs, program)

    data = pathlib.Path(input_path).read_bytes()
    given = Input(public_input=data, public_bytes=len(data))
    proving, verifying = c_void_p(keys.proving), c_void_p(keys.verifying)
    # What a debugger would look at; proving needs no trace.
    trace = zkb.make("zkb_trace_create", program, byref(given), config)
    print(f"a trace of {zkb.library.zkb_trace_length(trace)} steps")
    zkb.library.zkb_trace_destroy(trace)
    proof = zkb.make("zkb_prove", None, proving, byref(given), config)
    size = c_size_t()
    at = zkb.library.zkb_proof_bytes(proof, byref(size))
    proof_file = ctypes.string_at(at, size.value)
    zkb.library.zkb_proof_destroy(proof)

    verdict = Verdict()

    def verify(public):
        zkb.call("zkb_verify", byref(verdict), verifying, proof_file, c_size_t(len(proof_file)),
                 public, c_size_t(len(public)), 0)

    verify(data)
    output = bytes(verdict.output[i] for i in range(verdict.output_bytes))
    print(f"r0 {verdict.r0} after {verdict.instructions} instructions in {verdict.chunks} chunks, "
          f"{len(proof_file)} bytes of proof, output {output.hex()}")
    try:
        verify(data + b"!")
    except Refused as refused:
        assert refused.status == REJECTED
        print(f"of another input: {refused}")
    else:
        raise SystemExit("a proof was taken for another input")

    zkb.library.zkb_keypair_clear(byref(keys))
    zkb.library.zkb_config_destroy(config)
    zkb.library.zkb_program_destroy(program)
    zkb.library.zkb_srs_destroy(srs)


if __name__ == "__main__":
    main()
