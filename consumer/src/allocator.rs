//! The allocator of this program.

use std::time::Duration;

use libmimalloc_sys::{mi_option_set_default, mi_option_t};

/// Gives memory back that one batch needed and the next does not, and is quicker with records of many fields.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long memory that is free is kept. A lane frees in one second what it takes again in the next, and what it gave
/// back comes zeroed: a sixth of the consumer's time, when it was a second.
const KEPT: Duration = Duration::from_secs(10);

/// `mi_option_purge_delay`, in milliseconds, which the crate has no name for.
const PURGE_DELAY: mi_option_t = 15;

/// Keeps free memory for [`KEPT`], unless the variable `MIMALLOC_PURGE_DELAY` says otherwise.
#[expect(
    unsafe_code,
    reason = "the allocator's options are set by its own function alone"
)]
pub(crate) fn keep_memory() {
    let kept = KEPT.as_millis().try_into().unwrap_or_default();
    // SAFETY: it stores a number in a place of the allocator's own, and may be called at any time.
    unsafe { mi_option_set_default(PURGE_DELAY, kept) };
}

#[cfg(test)]
mod tests {
    use libmimalloc_sys::mi_option_get;

    use super::*;

    /// The number of an option is its place in a list, which a later version of mimalloc may have changed.
    #[test]
    #[expect(
        unsafe_code,
        reason = "the allocator's options are told by its own function alone"
    )]
    fn the_number_is_that_of_the_delay() {
        // SAFETY: it reads a number of the allocator's own.
        let delay = unsafe { mi_option_get(PURGE_DELAY) };
        assert_eq!(delay, 1_000, "the delay that mimalloc 3 begins with");
        keep_memory();
        // SAFETY: as above.
        let delay = unsafe { mi_option_get(PURGE_DELAY) };
        assert_eq!(delay, 10_000);
    }
}
