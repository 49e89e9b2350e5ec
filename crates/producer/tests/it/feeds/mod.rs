//! Live polling against a web server of our own and a real nats-server.

mod polling;
mod site;
