//! What every outgoing HTTP request keeps, whoever makes it: it leads only to permitted
//! addresses ([`AddressGuard`]), and comes again no sooner than it was told to
//! ([`retry_after`]).

mod guard;
mod retry_after;

pub use guard::{
    AddressGuard, Addresses, GuardedResolver, Lookup, Network, NetworkError, Refused, SystemLookup,
};
pub use retry_after::retry_after;
