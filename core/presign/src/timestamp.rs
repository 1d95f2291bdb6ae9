//! The two forms of time in a signature, from seconds since 1970.

const DAY_S: i64 = 86_400;

/// `YYYYMMDD`, the date of the credential's scope, in UTC.
pub(crate) fn date(unix_s: i64) -> String {
    let (year, month, day) = civil_from_days(unix_s.div_euclid(DAY_S));
    format!("{year:04}{month:02}{day:02}")
}

/// `YYYYMMDDTHHMMSSZ`, the time of signing, in UTC.
pub(crate) fn date_time(unix_s: i64) -> String {
    let second = unix_s.rem_euclid(DAY_S);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{}T{hour:02}{minute:02}{second:02}Z", date(unix_s))
}

/// Year, month and day of the proleptic Gregorian calendar, `days` after 1970-01-01.
///
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468; // From 0000-03-01, so that a leap day ends its year.
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_time_at_the_edges_of_the_calendar() {
        let cases = [
            (0, "19700101T000000Z"),
            (-1, "19691231T235959Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (951_868_800, "20000301T000000Z"),
            (1_369_353_600, "20130524T000000Z"),
            (1_709_251_199, "20240229T235959Z"),
            (4_107_542_400, "21000301T000000Z"), // 2100 is no leap year.
        ];
        for (unix_s, want) in cases {
            assert_eq!(date_time(unix_s), want, "{unix_s}");
            assert_eq!(date(unix_s), want[..8], "{unix_s}");
        }
    }
}
