//! Stretches of stored energy in the order of their value, of several designs side by side.
//!
//! The convex cost-to-go of stored energy is such a list from the lowest energy up. Designs that share
//! prices and efficiencies share the values and their order; only the lengths differ, and a piece that a
//! design lacks has the length 0. Going back one step puts the step's own pieces where their values
//! belong, cuts both ends to what the limits can reach, and lets self-discharge stretch the rest. A
//! linked list does each of these without touching what stays, and a finger remembers where each of the
//! step's pieces went last: prices come in bands, so the next step's piece goes close by.

use crate::dispatch::Num;

/// Before the first piece: its value is above all.
const HEAD: u32 = 0;

/// Behind the last piece: its value is below all.
const TAIL: u32 = 1;

/// Pieces of a step.
pub const PIECES: usize = 4;

/// Stretching up to which lengths are kept as they were first put.
const MOST_STRETCHED: f64 = 1e9;

#[derive(Debug, Clone, Copy, Default)]
struct Node<N> {
    /// kWh by the stretching.
    kwh: N,
    /// Money per kWh times the stretching.
    value: f64,
    before: u32,
    after: u32,
}

/// A piece, and the energy at its end above the lowest, by the stretching.
#[derive(Debug, Clone, Copy, Default)]
struct Finger<N> {
    node: u32,
    end: N,
}

/// Pieces of falling value from the lowest energy up.
#[derive(Debug, Clone)]
pub struct MeritOrder<N> {
    nodes: Vec<Node<N>>,
    free: Vec<u32>,
    fingers: [Finger<N>; PIECES],
    /// Length of all pieces, by the stretching.
    total: N,
    /// What self-discharge made of a kWh put at first: lengths are multiplied by it, values divided.
    stretched: f64,
    per_stretched: f64,
}

impl<N: Num> Default for MeritOrder<N> {
    fn default() -> Self {
        let mut order = Self {
            nodes: Vec::new(),
            free: Vec::new(),
            fingers: Default::default(),
            total: N::ZERO,
            stretched: 1.0,
            per_stretched: 1.0,
        };
        order.clear();
        order
    }
}

impl<N: Num> MeritOrder<N> {
    /// Takes all pieces out.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.free.clear();
        let end = |value| Node { kwh: N::ZERO, value, before: HEAD, after: TAIL };
        self.nodes.extend([end(f64::INFINITY), end(f64::NEG_INFINITY)]);
        self.fingers = [Finger { node: HEAD, end: N::ZERO }; PIECES];
        (self.total, self.stretched, self.per_stretched) = (N::ZERO, 1.0, 1.0);
    }

    /// Puts a piece behind all of at least its value; returns how far above the lowest energy it
    /// begins, kWh. `number` is that of the piece among those of its step.
    #[inline(always)]
    pub fn put(&mut self, number: usize, value: f64, kwh: N) -> N {
        let (value, kwh) = (value * self.stretched, kwh * self.per_stretched);
        let Finger { mut node, mut end } = self.fingers[number];
        let mut found = self.nodes[node as usize].value;
        while found < value {
            let at = &self.nodes[node as usize];
            end -= at.kwh;
            node = at.before;
            found = self.nodes[node as usize].value;
        }
        loop {
            let after = self.nodes[node as usize].after;
            let next = &self.nodes[after as usize];
            if next.value < value {
                break;
            }
            (node, found) = (after, next.value);
            end += next.kwh;
        }
        if node == HEAD {
            end = N::ZERO;
        }
        if found == value {
            self.nodes[node as usize].kwh += kwh;
        } else {
            node = self.link(value, kwh, node);
        }
        for finger in &mut self.fingers {
            // Only what lies behind moves, and the piece itself where it was there already.
            if finger.node == node || self.nodes[finger.node as usize].value < value {
                finger.end += kwh;
            }
        }
        self.fingers[number] = Finger { node, end: end + kwh };
        self.total += kwh;
        end * self.stretched
    }

    #[inline(always)]
    fn link(&mut self, value: f64, kwh: N, before: u32) -> u32 {
        let after = self.nodes[before as usize].after;
        let node = Node { kwh, value, before, after };
        let place = if let Some(place) = self.free.pop() {
            self.nodes[place as usize] = node;
            place
        } else {
            self.nodes.push(node);
            (self.nodes.len() - 1) as u32
        };
        self.nodes[before as usize].after = place;
        self.nodes[after as usize].before = place;
        place
    }

    /// Takes a piece out; fingers on it move to the one before, whose end is its start.
    #[inline(always)]
    fn unlink(&mut self, place: u32) {
        let Node { before, after, .. } = self.nodes[place as usize];
        self.nodes[before as usize].after = after;
        self.nodes[after as usize].before = before;
        self.free.push(place);
        for finger in &mut self.fingers {
            if finger.node == place {
                finger.node = before;
            }
        }
    }

    /// Takes so much energy from the low end; returns its value, money.
    #[inline(always)]
    pub fn cut_low(&mut self, kwh: N) -> N {
        let mut worth = N::ZERO;
        let cut = kwh * self.per_stretched;
        if !cut.any_positive() {
            return worth;
        }
        let mut rest = cut;
        let mut place = self.nodes[HEAD as usize].after;
        while place != TAIL && rest.any_positive() {
            let node = &mut self.nodes[place as usize];
            let taken = node.kwh.min(rest);
            let left = node.kwh - taken;
            node.kwh = left;
            rest -= taken;
            worth += taken * node.value;
            let after = node.after;
            if !left.any_positive() {
                self.unlink(place);
            }
            place = after;
        }
        self.total -= cut - rest;
        for finger in &mut self.fingers {
            finger.end = (finger.end - cut).positive();
        }
        worth
    }

    /// Cuts the high end so that `kwh` are left.
    #[inline(always)]
    pub fn cut_high(&mut self, kwh: N) {
        let left = kwh * self.per_stretched;
        let excess = (self.total - left).positive();
        let mut rest = excess;
        let mut place = self.nodes[TAIL as usize].before;
        while place != HEAD && rest.any_positive() {
            let node = &mut self.nodes[place as usize];
            let taken = node.kwh.min(rest);
            let kept = node.kwh - taken;
            node.kwh = kept;
            rest -= taken;
            let before = node.before;
            if !kept.any_positive() {
                self.unlink(place);
            }
            place = before;
        }
        self.total -= excess - rest;
        for finger in &mut self.fingers {
            finger.end = finger.end.min(self.total);
        }
    }

    /// Lets self-discharge leave a share of every kWh: before it there was so much more of less value.
    #[inline(always)]
    pub fn before_rest(&mut self, keep: f64, per_keep: f64) {
        self.stretched *= per_keep;
        self.per_stretched *= keep;
        if self.stretched > MOST_STRETCHED {
            self.unstretch();
        }
    }

    #[cold]
    fn unstretch(&mut self) {
        let (by, per) = (self.stretched, self.per_stretched);
        self.nodes.iter_mut().for_each(|node| (node.value, node.kwh) = (node.value * per, node.kwh * by));
        self.fingers.iter_mut().for_each(|finger| finger.end *= N::splat(by));
        self.total = self.total * by;
        (self.stretched, self.per_stretched) = (1.0, 1.0);
    }

    /// What the first `kwh` are worth, money.
    pub fn worth(&self, kwh: N) -> N {
        let (mut rest, mut worth) = (kwh.positive() * self.per_stretched, N::ZERO);
        let mut place = self.nodes[HEAD as usize].after;
        while place != TAIL {
            let node = &self.nodes[place as usize];
            let taken = node.kwh.min(rest);
            rest -= taken;
            worth += taken * node.value;
            place = node.after;
        }
        worth
    }
}
