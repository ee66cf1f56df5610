# Puts calls of the functions in int128.c, and of those at the end here, in the place of what the BPF
# back end cannot compile: 128-bit products, quotients and shifts, and products that are checked for
# overflow. Works on LLVM IR in its text form.
# IR that was made for another 64-bit machine.
/^target (datalayout|triple) = /d
s/ "(target-cpu|target-features|tune-cpu|probe-stack)"="[^"]*"//g
# Words that LLVM 19 does not know yet.
s/ (captures\([^)]*\)|dead_on_return|samesign|nocreateundeforpoison)//g
s/ = (mul|udiv|urem|sdiv|srem|shl|lshr|ashr)( nuw| nsw| exact)* i128 ([^ ,]+), ([^ ,]+)/ = call i128 @zkbpf_\1_i128(i128 \3, i128 \4)/
s/@llvm\.([us]mul)\.with\.overflow\.i64\(/@zkbpf_\1_overflow_i64(/
/^declare .*@zkbpf_[us]mul_overflow_i64/d
$a \
declare i128 @zkbpf_mul_i128(i128, i128)\
declare i128 @zkbpf_udiv_i128(i128, i128)\
declare i128 @zkbpf_urem_i128(i128, i128)\
declare i128 @zkbpf_sdiv_i128(i128, i128)\
declare i128 @zkbpf_srem_i128(i128, i128)\
declare i128 @zkbpf_shl_i128(i128, i128)\
declare i128 @zkbpf_lshr_i128(i128, i128)\
declare i128 @zkbpf_ashr_i128(i128, i128)\
define internal { i64, i1 } @zkbpf_umul_overflow_i64(i64 %a, i64 %b) alwaysinline nounwind {\
  %low = mul i64 %a, %b\
  %high = call i64 inttoptr (i64 1000 to ptr)(i64 %a, i64 %b)\
  %overflow = icmp ne i64 %high, 0\
  %half = insertvalue { i64, i1 } poison, i64 %low, 0\
  %whole = insertvalue { i64, i1 } %half, i1 %overflow, 1\
  ret { i64, i1 } %whole\
}\
define internal { i64, i1 } @zkbpf_smul_overflow_i64(i64 %a, i64 %b) alwaysinline nounwind {\
  %low = mul i64 %a, %b\
  %unsigned = call i64 inttoptr (i64 1000 to ptr)(i64 %a, i64 %b)\
  %a_sign = ashr i64 %a, 63\
  %b_sign = ashr i64 %b, 63\
  %a_part = and i64 %a_sign, %b\
  %b_part = and i64 %b_sign, %a\
  %less = sub i64 %unsigned, %a_part\
  %high = sub i64 %less, %b_part\
  %low_sign = ashr i64 %low, 63\
  %overflow = icmp ne i64 %high, %low_sign\
  %half = insertvalue { i64, i1 } poison, i64 %low, 0\
  %whole = insertvalue { i64, i1 } %half, i1 %overflow, 1\
  ret { i64, i1 } %whole\
}
