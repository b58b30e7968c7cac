//! The edge judged from outside: real sockets, real clients, a target that writes down what it saw.

mod framing;
mod http2;
mod inspection;
mod limits;
mod proxying;
mod support;
