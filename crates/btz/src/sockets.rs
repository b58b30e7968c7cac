//! The sockets that the suite listens on: given by a service manager or by the process that served
//! here before (`LISTEN_FDS`, sd_listen_fds(3)), or bound now. All are there before anything is
//! served: who connects meanwhile waits in the kernel's queue and is refused nothing.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result};
use listenfd::ListenFd;
use tokio::net::TcpSocket;

use crate::config::Config;

/// The name of the socket by which two processes agree on a handover; see [`crate::handover`].
pub(crate) const HANDOVER: &str = "btz-handover";

/// Before the name of a socket whose address a service manager chose: it holds in every process
/// that follows, whatever the configuration says.
const GIVEN: &str = "given-";

/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 4096;

/// The most sockets that are taken from whoever started this process.
pub(crate) const INHERITED_MAX: usize = 256;

/// `AF_UNIX` and `SOCK_STREAM` of socket(2).
const UNIX_FAMILY: i32 = 1;
const STREAM_TYPE: i32 = 1;

/// A listening socket and what it is for.
#[derive(Debug)]
pub(crate) struct Named {
    /// The setting that has its address: `listen`, `listen_tls`, `api`, `admin`; or `listener` for
    /// one that came through the API.
    pub(crate) name: String,
    /// The socket.
    pub(crate) socket: TcpListener,
}

/// Sockets that listened when this process started.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    sockets: Vec<Named>,
    /// The settings whose address a service manager chose.
    given: BTreeSet<String>,
}

impl Inherited {
    /// Takes them from the environment, which forgets them. To be called before there are threads.
    ///
    /// # Errors
    /// When what was given is no listening TCP socket.
    pub(crate) fn take() -> Result<(Self, Option<UnixStream>)> {
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':');
        let mut given = ListenFd::from_env();
        let mut inherited = Self::default();
        let mut predecessor = None;
        for index in 0..given.len().min(INHERITED_MAX) {
            let name = names.next().unwrap_or_default();
            let context = || format!("file descriptor {} of LISTEN_FDS (`{name}`)", index + 3);
            if name == HANDOVER {
                let stream = given.take_custom(index, UNIX_FAMILY, STREAM_TYPE, "stream socket");
                predecessor = stream.with_context(context)?;
            } else if let Some(socket) = given.take_tcp_listener(index).with_context(context)? {
                let name = name.to_owned();
                inherited.sockets.push(Named { name, socket });
            }
        }
        if predecessor.is_none() {
            for named in &mut inherited.sockets {
                named.name.insert_str(0, GIVEN);
            }
        }
        Ok((inherited, predecessor))
    }

    /// Listens on `address`, by an inherited socket if there is one for it. A service manager's is
    /// known by its name as well (`FileDescriptorName=`): then its unit says the address.
    fn listen(&mut self, name: &str, address: SocketAddr) -> Result<TcpListener> {
        let fits = |given: &Named| {
            let Ok(bound) = given.socket.local_addr() else {
                return false;
            };
            let any_port = address.port() == 0 && bound.ip() == address.ip();
            bound == address || (given.name == name && any_port)
        };
        let by_name = |given: &Named| given.name.strip_prefix(GIVEN) == Some(name);
        if let Some(at) = self.sockets.iter().position(by_name) {
            self.given.insert(name.to_owned());
            return Ok(self.sockets.swap_remove(at).socket);
        }
        if let Some(at) = self.sockets.iter().position(fits) {
            return Ok(self.sockets.swap_remove(at).socket);
        }
        let flag = name.replace('_', "-");
        let bind = || {
            let socket = match address {
                SocketAddr::V4(_) => TcpSocket::new_v4()?,
                SocketAddr::V6(_) => TcpSocket::new_v6()?,
            };
            // A restart must not wait for the last connections to time out.
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(BACKLOG)?.into_std()
        };
        bind().with_context(|| format!("cannot listen on {address}: choose another with --{flag}"))
    }
}

/// Every socket of a suite's own settings.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(crate) http: TcpListener,
    pub(crate) https: Option<TcpListener>,
    pub(crate) api: TcpListener,
    pub(crate) admin: TcpListener,
    /// Inherited ones that are for none of them: listeners that came through the API may want them.
    pub(crate) others: Vec<TcpListener>,
    /// The settings whose address a service manager chose.
    pub(crate) given: Given,
}

/// The settings whose address a service manager chose.
#[derive(Debug)]
pub(crate) struct Given(BTreeSet<String>);

impl Given {
    /// A duplicate of the socket of a setting, for a process that takes over.
    pub(crate) fn name(&self, name: &str, socket: &TcpListener) -> std::io::Result<Named> {
        let prefix = if self.0.contains(name) { GIVEN } else { "" };
        Ok(Named {
            name: format!("{prefix}{name}"),
            socket: socket.try_clone()?,
        })
    }
}

impl Sockets {
    /// Listens everywhere that `config` says. Needs a runtime.
    ///
    /// # Errors
    /// When an address cannot be had.
    pub(crate) fn open(config: &Config, mut inherited: Inherited) -> Result<Self> {
        let http = inherited.listen("listen", config.listen)?;
        let https = match config.listen_tls {
            Some(address) => Some(inherited.listen("listen_tls", address)?),
            None => None,
        };
        let api = inherited.listen("api", config.api)?;
        let admin = inherited.listen("admin", config.admin)?;
        let others = inherited.sockets.into_iter().map(|named| named.socket);
        Ok(Self {
            http,
            https,
            api,
            admin,
            others: others.collect(),
            given: Given(inherited.given),
        })
    }
}

/// A duplicate for tokio.
pub(crate) fn accepting(socket: &TcpListener) -> std::io::Result<tokio::net::TcpListener> {
    let socket = socket.try_clone()?;
    socket.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str) -> (Named, SocketAddr) {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let name = name.to_owned();
        (Named { name, socket }, address)
    }

    fn inherited(sockets: Vec<Named>) -> Inherited {
        Inherited {
            sockets,
            ..Inherited::default()
        }
    }

    #[tokio::test]
    async fn a_socket_is_known_by_its_address() {
        let ((one, first), (two, second)) = (given("x"), given("y"));
        let mut inherited = inherited(vec![one, two]);
        let socket = inherited.listen("api", second).unwrap();
        assert_eq!(socket.local_addr().unwrap(), second);
        assert_eq!(inherited.sockets.len(), 1);
        let socket = inherited.listen("listen", first).unwrap();
        assert_eq!(socket.local_addr().unwrap(), first);
        // Bound anew: nobody else has it.
        let any = inherited.listen("listen", "127.0.0.1:0".parse().unwrap());
        assert_ne!(any.unwrap().local_addr().unwrap().port(), 0);
    }

    #[tokio::test]
    async fn any_port_is_the_port_that_it_was() {
        let (one, address) = given("listen");
        let any = "127.0.0.1:0".parse().unwrap();
        let mut inherited = inherited(vec![one]);
        assert_ne!(
            inherited.listen("api", any).unwrap().local_addr().unwrap(),
            address
        );
        let socket = inherited.listen("listen", any).unwrap();
        assert_eq!(socket.local_addr().unwrap(), address);
    }

    #[tokio::test]
    async fn a_service_managers_socket_is_known_by_its_name_a_predecessors_is_not() {
        let elsewhere = "127.0.0.2:0".parse().unwrap();
        for (name, fits) in [("given-listen", true), ("listen", false)] {
            let (one, address) = given(name);
            let mut inherited = inherited(vec![one]);
            let socket = inherited.listen("listen", elsewhere).unwrap();
            assert_eq!(socket.local_addr().unwrap() == address, fits);
            // Whoever follows is told the same.
            let passed = Given(inherited.given).name("listen", &socket).unwrap();
            assert_eq!(passed.name, name);
        }
    }

    #[tokio::test]
    async fn an_address_of_somebody_else_is_told_with_the_flag_that_changes_it() {
        let (_taken, address) = given("taken");
        let error = inherited(Vec::new()).listen("listen_tls", address);
        let error = format!("{:#}", error.unwrap_err());
        assert!(error.contains("--listen-tls"), "{error}");
    }
}
