//! A guest in Rust without its standard library: slices, iterators, closures, u128, checked sums.
#![no_std]
#![no_main]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

fn fnv(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf29ce484222325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100000001b3))
}

/// # Safety
/// The machine gives addresses and lengths of its regions.
#[no_mangle]
pub unsafe extern "C" fn entrypoint(
    input: *const u8,
    n: u64,
    _secret: *const u8,
    _m: u64,
    output: *mut u8,
) -> u64 {
    let data = core::slice::from_raw_parts(input, n as usize);
    let out = core::slice::from_raw_parts_mut(output, 24);
    let h = fnv(data);
    let wide = u128::from(h) * u128::from(n + 1) / 1_000_003;
    let largest = data.chunks(4).map(|c| c.iter().map(|b| u32::from(*b)).sum::<u32>()).max();
    out[..8].copy_from_slice(&h.to_le_bytes());
    out[8..].copy_from_slice(&wide.to_le_bytes());
    h.checked_mul(n).unwrap_or(u64::from(largest.unwrap_or(7)))
}
