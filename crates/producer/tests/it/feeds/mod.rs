//! Live polling against a web server of our own and a real nats-server.

mod endings;
mod full_text;
mod halves;
mod polling;
mod several;
mod site;
mod websub;
