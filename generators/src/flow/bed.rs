//! The beds of a department, and who is in them.

use domain::network::Department;

use crate::random::SplitMix64;

/// A bed, by its place among the department's wards and its number there, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Bed {
    pub(crate) ward: u16,
    pub(crate) number: u16,
}

/// The beds of one department.
#[derive(Debug)]
pub(super) struct Beds {
    wards: Vec<Ward>,
}

#[derive(Debug)]
struct Ward {
    /// Numbers of the beds that are empty and clean.
    free: Vec<u16>,
    /// How many closures there are just now: it takes nobody in.
    closures: u32,
    /// Who is in each bed: encounters.
    occupants: Vec<Option<u64>>,
}

impl Beds {
    pub(super) fn new(department: &Department) -> Self {
        let ward = |beds: u16| Ward {
            free: (0..beds).rev().collect(),
            closures: 0,
            occupants: vec![None; usize::from(beds)],
        };
        let wards = department.wards.iter().map(|it| ward(it.beds));
        Self {
            wards: wards.collect(),
        }
    }

    /// Whether there are any beds in a ward that is not closed.
    pub(super) fn exist(&self) -> bool {
        let beds = |ward: &Ward| ward.closures == 0 && !ward.occupants.is_empty();
        self.wards.iter().any(beds)
    }

    /// How many beds there are.
    pub(super) fn count(&self) -> usize {
        self.wards.iter().map(|ward| ward.occupants.len()).sum()
    }

    /// How many beds can be taken.
    pub(super) fn free(&self) -> usize {
        self.wards.iter().map(Ward::free).sum()
    }

    /// Puts an encounter into a bed of the ward with most free ones, where there is one; rather of
    /// another ward than that one.
    pub(super) fn take(
        &mut self,
        encounter: u64,
        rather_not: Option<u16>,
        random: &mut SplitMix64,
    ) -> Option<Bed> {
        let wards = self.wards.iter().enumerate();
        let open = wards.filter(|(_, ward)| ward.free() > 0);
        let is_other = |place: usize| Some(place) != rather_not.map(usize::from);
        let (place, _) = open.max_by_key(|(place, ward)| (is_other(*place), ward.free()))?;
        let ward = &mut self.wards[place];
        let number = ward.free.swap_remove(random.place(ward.free.len()));
        ward.occupants[usize::from(number)] = Some(encounter);
        Some(Bed {
            ward: u16::try_from(place).unwrap_or(0),
            number,
        })
    }

    /// The patient has left the bed, which is to be cleaned.
    pub(super) fn leave(&mut self, bed: Bed) {
        self.wards[usize::from(bed.ward)].occupants[usize::from(bed.number)] = None;
    }

    /// The bed can be taken again.
    pub(super) fn ready(&mut self, bed: Bed) {
        self.wards[usize::from(bed.ward)].free.push(bed.number);
    }

    /// Somebody in the ward with fewest free beds, where another ward has more; and how many more.
    pub(super) fn crowded(&self, random: &mut SplitMix64) -> Option<(usize, u64)> {
        let most = self.wards.iter().map(Ward::free).max()?;
        let fullest = self.wards.iter().min_by_key(|ward| ward.free())?;
        let occupants: Vec<u64> = fullest.occupants.iter().flatten().copied().collect();
        if most == 0 || occupants.is_empty() {
            return None;
        }
        Some((most - fullest.free(), random.pick(&occupants)))
    }

    /// A ward takes nobody in from now on.
    pub(super) fn close(&mut self, ward: usize) {
        self.wards[ward].closures += 1;
    }

    /// One of the ward's closures is over.
    pub(super) fn open(&mut self, ward: usize) {
        self.wards[ward].closures -= 1;
    }
}

impl Ward {
    /// How many beds can be taken.
    fn free(&self) -> usize {
        if self.closures == 0 {
            self.free.len()
        } else {
            0
        }
    }
}
