//! Stories of a post, one per file, with named devices and a real server. Steps are numbered in comments.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod all_of_the_group;
mod another_identity;
mod approved;
mod away;
mod before_enrolment;
mod clones;
mod codes;
mod digits;
mod every_byte;
mod forgotten_pin;
mod four_words;
mod joined_again;
mod merging_fields;
mod moved_laptop;
mod new_server;
mod one_form;
mod open_form;
mod other_post;
mod patrols_again;
mod rebuilt;
mod refused_ancestor;
mod revoked;
mod rightful;
mod same_id;
mod same_request;
mod server_again;
mod settings_of_the_post;
mod shift_change;
mod suffix;
mod teams_of_a_day;
mod the_day;
mod three_cuts;
mod two_days;
mod two_values;
mod typed_ahead;
mod undone;
mod wrong_clock;
mod wrong_time;
