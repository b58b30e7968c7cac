//! Certificates for TLS: where they are kept, what is in them, how they are had. Each has a name and
//! by it an ARN like those of AWS Certificate Manager, by which listeners ask for it.

pub(crate) mod acme;
mod facts;
mod folder;
pub(crate) mod local_ca;
mod name;
mod source;
mod status;

pub(crate) use facts::Facts;
pub(crate) use folder::{import, place, remove, save};
pub(crate) use name::Name;
pub(crate) use source::{Certificate, Configured, DEFAULT, Look, Origin, Source, bytes, sources};
pub(crate) use status::{Condition, Status, statuses};
