//! WebSub (W3C recommendation of 2018): hubs that deliver a feed when it changes.
//!
//! A producer with a listener asks the hub that a feed offers, proves that it meant to
//! ([`WebSubServer`] answers the challenge), and gets what is new from then on, signed with a
//! secret of the subscription. A delivery goes the way of a poll, under the same lease. While
//! a hub delivers, its source is polled at its longest interval only; a poll that finds what
//! the hub did not bring puts it back to its own rhythm.
//! Subscriptions live in the bucket of the sources: any producer may be called. Left out: being
//! a hub, and giving a subscription back (a hub forgets one that is not renewed).

mod config;
mod listener;
mod signature;
mod subscriber;
mod subscription;

pub use config::WebSubConfig;
pub use listener::WebSubServer;
pub(super) use subscription::Subscription;
