//! What a thread keeps from group to group.

use super::evaluate::BaseCell;
use crate::dispatch::{Ledger, Wide};
use crate::park::Project;
use crate::park::project::Park;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    /// What a thread keeps between the pieces of work that are handed to it.
    static KEPT: RefCell<Scratch> = RefCell::default();
}

/// Memory that a thread uses again.
#[derive(Default)]
pub struct Scratch {
    pub(super) ledger: Ledger,
    pub(super) import_kw: Vec<Wide>,
    pub(super) copies: Copies,
}

impl Scratch {
    /// Lends the thread's own. A piece of work that waits within another has one for itself.
    pub fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        let mut scratch = KEPT.take();
        let done = work(&mut scratch);
        KEPT.set(scratch);
        done
    }
}

/// A thread's own copies of the touched parks of a base, one set per design of a group, to be turned:
/// copies made anew would have all threads count who shares the profiles.
#[derive(Default)]
pub(super) struct Copies {
    of: Option<BaseCell>,
    parks: Vec<Vec<Park>>,
}

impl Copies {
    /// Copies for a number of designs of a base, as the base has them or as they were turned last.
    pub(super) fn of(
        &mut self,
        cell: &BaseCell,
        project: &Project,
        touched: &[usize],
        designs: usize,
    ) -> &mut [Vec<Park>] {
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, cell)) {
            self.parks.clear();
            self.of = Some(cell.clone());
        }
        while self.parks.len() < designs {
            self.parks.push(touched.iter().map(|&index| project.parks[index].clone()).collect());
        }
        &mut self.parks[..designs]
    }
}
