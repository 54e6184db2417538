//! Guns and the queue before them: first come, first served.
//!
//! How long a vehicle keeps its gun is known when it starts, so the moment at which an arriving
//! vehicle would be served is known when it arrives: the earliest release of a gun it can use.
//! A vehicle that would wait longer than its patience stands in the queue that long and leaves;
//! it takes no gun, so the others' times do not depend on it. With Poisson arrivals and
//! exponential stays the pool is the M/M/c system of Erlang.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An instant as a whole number in the same order ([`f64::total_cmp`]): heaps compare often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Instant(i64);

impl Instant {
    #[inline]
    const fn at(hour: f64) -> Self {
        Self(Self::turned(hour.to_bits() as i64))
    }

    /// The instant, h.
    #[inline]
    const fn hour(self) -> f64 {
        f64::from_bits(Self::turned(self.0) as u64)
    }

    /// Below zero a larger number of bits is further down: they are turned over, and back.
    #[inline]
    const fn turned(bits: i64) -> i64 {
        bits ^ (((bits >> 63) as u64) >> 1) as i64
    }
}

/// What becomes of an arriving vehicle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// It gets a gun of this group at this instant, h.
    Start {
        /// Index of the group of guns.
        group: usize,
        /// When, h.
        start_h: f64,
    },
    /// It finds too long a queue and turns away at once.
    Balked,
    /// It waits as long as its patience lasts, and leaves.
    Reneged,
}

/// Guns of one group. Which is which does not matter here, only when the next is free.
#[derive(Debug, Clone)]
struct Group {
    guns: usize,
    /// Guns known to be free: they need no place in the heap.
    idle: usize,
    /// When each other gun is free again, h; the earliest on top. Some may be free by now.
    busy: BinaryHeap<Reverse<Instant>>,
    /// Guns taken since those free by then were last counted out.
    taken: usize,
}

impl Group {
    /// When a gun is free, h: none later than `arrive_h` if one is free by then, which is the only one that counts.
    #[inline]
    fn free_h(&mut self, arrive_h: f64) -> Option<f64> {
        // Once in as many sessions as there are guns, all that are free are counted out at one go: finding the
        // next one for every session would sort them.
        if self.idle == 0 && self.taken >= self.guns {
            self.busy.retain(|Reverse(instant)| instant.hour() > arrive_h);
            self.idle = self.guns - self.busy.len();
            self.taken = 0;
        }
        if self.idle > 0 {
            return Some(f64::NEG_INFINITY);
        }
        self.busy.peek().map(|Reverse(instant)| instant.hour())
    }

    #[inline]
    fn occupy(&mut self, until_h: f64) {
        self.taken += 1;
        let until = Reverse(Instant::at(until_h));
        if self.idle > 0 {
            self.idle -= 1;
            self.busy.push(until);
        } else if let Some(mut top) = self.busy.peek_mut() {
            *top = until;
        }
    }
}

/// Groups of guns behind one queue.
#[derive(Debug, Clone)]
pub struct Pool {
    groups: Vec<Group>,
    /// When each waiting vehicle leaves the queue, h.
    waiting: BinaryHeap<Reverse<Instant>>,
}

impl Pool {
    /// A pool with so many guns per group, all free.
    pub fn new(guns: &[usize]) -> Self {
        let groups = guns.iter().map(|&guns| Group {
            guns,
            idle: guns,
            busy: BinaryHeap::with_capacity(guns),
            taken: 0,
        });
        Self { groups: groups.collect(), waiting: BinaryHeap::new() }
    }

    /// Asks for a gun at `arrive_h`, which must not lie before an earlier call's. `order` names the usable
    /// groups, the preferred one first: a free gun is taken in that order, otherwise the one that is
    /// released first. After a `Start`, [`Self::occupy`] must be called.
    #[inline]
    pub fn ask(&mut self, arrive_h: f64, patience_h: f64, balk_length: usize, order: &[usize]) -> Outcome {
        let mut best: Option<(usize, f64)> = None;
        for &group in order {
            let Some(free_h) = self.groups[group].free_h(arrive_h) else { continue };
            if free_h <= arrive_h {
                return Outcome::Start { group, start_h: arrive_h };
            }
            if best.is_none_or(|(_, start_h)| free_h < start_h) {
                best = Some((group, free_h));
            }
        }
        while self.waiting.peek().is_some_and(|Reverse(leaves)| leaves.hour() <= arrive_h) {
            self.waiting.pop();
        }
        if self.waiting.len() >= balk_length {
            return Outcome::Balked;
        }
        match best {
            Some((group, start_h)) if start_h - arrive_h <= patience_h => {
                self.waiting.push(Reverse(Instant::at(start_h)));
                Outcome::Start { group, start_h }
            }
            _ => {
                self.waiting.push(Reverse(Instant::at(arrive_h + patience_h)));
                Outcome::Reneged
            }
        }
    }

    /// Keeps the gun that [`Self::ask`] gave until an instant, h.
    #[inline]
    pub fn occupy(&mut self, group: usize, until_h: f64) {
        self.groups[group].occupy(until_h);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charging::random::Stream;

    /// Offers `arrivals` Poisson arrivals at rate `load` with exponential stays of mean 1 h to `guns`
    /// guns; returns the share lost, the share that waited and the mean wait of all, h.
    fn exponential_case(guns: usize, load: f64, patience_h: f64, arrivals: usize) -> (f64, f64, f64) {
        let mut stream = Stream::new(7, guns);
        let mut pool = Pool::new(&[guns]);
        let (mut now_h, mut lost, mut waited, mut wait_h) = (0.0, 0, 0, 0.0);
        for _ in 0..arrivals {
            now_h += stream.exponential(1.0 / load);
            let stay_h = stream.exponential(1.0);
            match pool.ask(now_h, patience_h, usize::MAX, &[0]) {
                Outcome::Start { group, start_h } => {
                    pool.occupy(group, start_h + stay_h);
                    waited += usize::from(start_h > now_h);
                    wait_h += start_h - now_h;
                }
                Outcome::Balked | Outcome::Reneged => lost += 1,
            }
        }
        let all = arrivals as f64;
        (f64::from(lost) / all, waited as f64 / all, wait_h / all)
    }

    /// Erlang B by its recursion B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)).
    fn erlang_b(guns: usize, load: f64) -> f64 {
        (1..=guns).fold(1.0, |blocked, c| load * blocked / (c as f64 + load * blocked))
    }

    /// Erlang (1917): 10 guns under 8 erlang lose 12.166 % of all calls, as the published tables say.
    #[test]
    fn without_waiting_the_lost_share_is_erlang_b() {
        assert!((erlang_b(10, 8.0) - 0.121_66).abs() < 1e-5);
        for (guns, load) in [(10, 8.0), (4, 5.0), (24, 18.0)] {
            let (lost, ..) = exponential_case(guns, load, 0.0, 400_000);
            // Four standard errors of a share of correlated trials.
            assert!((lost - erlang_b(guns, load)).abs() < 4e-3, "{guns} guns: {lost}");
        }
    }

    /// Erlang C from B: C = B / (1 - rho (1 - B)); mean wait of all C / (c - a) for a mean stay of 1 h.
    #[test]
    fn with_endless_patience_the_wait_is_erlang_c() {
        for (guns, load) in [(10, 8.0), (4, 3.0), (24, 20.0)] {
            let blocked = erlang_b(guns, load);
            let must_wait = blocked / (1.0 - load / guns as f64 * (1.0 - blocked));
            let (lost, waited, wait_h) = exponential_case(guns, load, f64::INFINITY, 3_000_000);
            assert_eq!(lost, 0.0);
            assert!((waited / must_wait - 1.0).abs() < 0.04, "{guns} guns: {waited} against {must_wait}");
            let mean_h = must_wait / (guns as f64 - load);
            assert!((wait_h / mean_h - 1.0).abs() < 0.06, "{guns} guns: {wait_h} against {mean_h}");
        }
    }

    #[test]
    fn a_long_queue_turns_vehicles_away_and_patience_runs_out() {
        let mut pool = Pool::new(&[1]);
        assert_eq!(pool.ask(0.0, 1.0, 1, &[0]), Outcome::Start { group: 0, start_h: 0.0 });
        pool.occupy(0, 2.0);
        assert_eq!(pool.ask(0.5, 1.0, 1, &[0]), Outcome::Reneged);
        assert_eq!(pool.ask(0.6, 3.0, 1, &[0]), Outcome::Balked);
        // At 1.5 h the impatient one is gone, so there is room in the queue.
        assert_eq!(pool.ask(1.5, 3.0, 1, &[0]), Outcome::Start { group: 0, start_h: 2.0 });
    }

    /// Guns one by one in lists, quiet hours and busy ones: the same outcomes, however free guns are counted.
    #[test]
    fn guns_counted_together_are_those_looked_at_one_by_one() {
        let mut stream = Stream::new(3, 1);
        let sizes = [1, 5, 40];
        let (mut pool, mut guns) = (Pool::new(&sizes), sizes.map(|count| vec![0.0f64; count]));
        let (mut now_h, mut waited, mut left) = (0.0, 0, 0);
        for number in 0..40_000 {
            now_h += stream.exponential(if number / 500 % 2 == 0 { 0.2 } else { 0.02 });
            let order = [[0, 1, 2], [2, 1, 0]][number % 2];
            let first_h = |group: usize| guns[group].iter().copied().fold(f64::INFINITY, f64::min);
            let free = order.into_iter().find(|&group| first_h(group) <= now_h);
            let soonest =
                order.into_iter().reduce(|a, b| if first_h(b) < first_h(a) { b } else { a }).expect("three");
            let group = free.unwrap_or(soonest);
            let start_h = first_h(group).max(now_h);
            let outcome = pool.ask(now_h, 0.1, usize::MAX, &order);
            if start_h - now_h > 0.1 {
                left += 1;
                assert_eq!(outcome, Outcome::Reneged);
                continue;
            }
            waited += usize::from(start_h > now_h);
            assert_eq!(outcome, Outcome::Start { group, start_h });
            let until_h = start_h + stream.exponential(1.0);
            let gun = guns[group].iter_mut().min_by(|a, b| a.total_cmp(b)).expect("a gun");
            *gun = until_h;
            pool.occupy(group, until_h);
        }
        assert!(waited > 100 && left > 100, "{waited} waited, {left} left");
    }

    #[test]
    fn a_free_gun_of_the_preferred_group_comes_first() {
        let mut pool = Pool::new(&[1, 1]);
        assert_eq!(pool.ask(0.0, 1.0, 9, &[1, 0]), Outcome::Start { group: 1, start_h: 0.0 });
        pool.occupy(1, 0.5);
        assert_eq!(pool.ask(0.1, 1.0, 9, &[1, 0]), Outcome::Start { group: 0, start_h: 0.1 });
        pool.occupy(0, 5.0);
        assert_eq!(pool.ask(0.2, 1.0, 9, &[0, 1]), Outcome::Start { group: 1, start_h: 0.5 });
    }
}
