//! Holds the house rules that neither the compiler nor clippy knows, over every file that git tracks or would track: sizes, floors of the
//! layout, names, reasons. Each rule lives in a file of its own, beside examples that break it, and names the file and the rule.

#![allow(clippy::panic, reason = "a test fails by panicking")]

mod attributes;
mod error_pages;
mod floors;
mod markup;
mod mentions;
mod names;
mod shim;
mod sizes;
mod tree;

use tree::File;

/// Fails with one line per fault.
fn holds(rule: fn(&[File]) -> Vec<String>) {
    let faults = rule(&tree::read());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn files_are_small() {
    println!("{}", sizes::Sizes::of(&tree::read()));
    holds(sizes::faults);
}

#[test]
fn arrows_point_downwards() {
    holds(floors::faults);
}

#[test]
fn files_are_named_for_their_subject_and_say_it_first() {
    holds(names::faults);
}

#[test]
fn every_exception_from_a_lint_has_a_reason() {
    holds(attributes::faults);
}

#[test]
fn every_reason_has_a_page() {
    holds(error_pages::faults);
}

#[test]
fn nothing_is_tied_to_one_machine() {
    holds(mentions::faults);
}

#[test]
fn markup_is_made_in_one_place() {
    holds(markup::faults);
}

#[test]
fn the_compiler_shim_lives_as_long_as_it_is_needed() {
    holds(shim::faults);
}
