//! The choice of the day that a line is judged by.

use jiff::civil::Date;

use crate::base::closed_list;

closed_list! {
    /// The choice of the day that a line is judged by.
    #[derive(Default)]
    pub enum Basis {
        /// As payers do: inpatient stays by the day of discharge, all other lines by the day of service.
        #[default]
        Usual = "usual",
        /// The day of service; without one, the first known day.
        Service = "service",
        /// The day of discharge; without one, the last known day.
        Discharge = "discharge",
    }
}

pub(super) use crate::fields::roles::DayOf;

/// Number of kinds of days.
const KINDS: usize = 6;

/// The days that are known of a line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Days([Option<Date>; KINDS]);

impl Basis {
    /// Returns the kinds of days in order of preference.
    pub(super) fn order(self) -> [DayOf; KINDS] {
        use DayOf::{Admission, Discharge, From, Record, Service, Through};
        match self {
            Self::Usual => [Discharge, Service, Through, From, Admission, Record],
            Self::Service => [Service, From, Admission, Through, Discharge, Record],
            Self::Discharge => [Discharge, Through, Service, From, Admission, Record],
        }
    }

    /// Returns the day that a line is judged by.
    pub(super) fn pick(self, days: &Days) -> Option<Date> {
        self.order().into_iter().find_map(|of| days.get(of))
    }
}

impl Days {
    /// Returns the same with a day, if it is known.
    #[must_use]
    pub(super) fn with(mut self, of: DayOf, day: Option<Date>) -> Self {
        self.set(of, day);
        self
    }

    /// Sets a day, if it is known.
    pub(super) fn set(&mut self, of: DayOf, day: Option<Date>) {
        if day.is_some() {
            self.0[of as usize] = day;
        }
    }

    pub(super) fn get(&self, of: DayOf) -> Option<Date> {
        self.0[of as usize]
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_stay_is_judged_by_its_discharge_unless_service_is_asked_for() {
        let [first, service, last] = [date(2025, 9, 28), date(2025, 9, 29), date(2025, 10, 2)];
        let claim = Days::default().with(DayOf::From, Some(first)).with(DayOf::Through, Some(last));
        assert_eq!(Basis::Usual.pick(&claim), Some(last));
        assert_eq!(Basis::Service.pick(&claim), Some(first));
        let line = claim.with(DayOf::Service, Some(service)).with(DayOf::From, None);
        assert_eq!(Basis::Usual.pick(&line), Some(service));
        assert_eq!(Basis::Discharge.pick(&line), Some(last));
        let stay = line.with(DayOf::Discharge, Some(last));
        assert_eq!(Basis::Usual.pick(&stay), Some(last));
        assert_eq!(Basis::Service.pick(&stay), Some(service));
        assert_eq!(Basis::Usual.pick(&Days::default()), None);
    }
}
