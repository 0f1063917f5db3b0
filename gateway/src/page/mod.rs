//! The page: the gateway for people with a browser.
#![allow(dead_code, reason = "what renders and what serves the pages comes upon this")]

mod html;
mod legible;
mod markdown;
mod math;
#[cfg(test)]
mod payloads;
