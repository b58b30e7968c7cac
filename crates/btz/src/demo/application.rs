//! The demo's application: a small shop with every hole that beginners leave (it greets with what
//! it was sent, searches by gluing text together), so that there is something to protect.

use std::convert::Infallible;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// The longest body that the application reads.
const BODY_BYTES_MAX: usize = 1024 * 1024;

const GOODS: &[(&str, u32)] = &[
    ("Walnut desk", 34_900),
    ("Brass lamp", 7_900),
    ("Wool rug", 18_900),
    ("Oak stool", 6_400),
];

/// Listens on `address` and serves for as long as the runtime lives; answers where.
pub(crate) async fn start(address: SocketAddr) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("the sample application cannot listen on {address}"))?;
    let bound = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of descriptors: those in use will be closed.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            tokio::spawn(async move {
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service_fn(answer));
                // A client that leaves in the middle is of no interest here.
                drop(connection.await);
            });
        }
    });
    Ok(bound)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let query = head.uri.query().unwrap_or_default().to_owned();
    let body = match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(page(StatusCode::PAYLOAD_TOO_LARGE, "Too large", "")),
    };
    let text = String::from_utf8_lossy(&body);
    Ok(match (&head.method, head.uri.path()) {
        (&Method::GET, "/") => page(StatusCode::OK, "Shop", &goods("")),
        (&Method::GET, "/search") => {
            let wanted = argument(&query, "q");
            let results = format!("<p>You searched for {wanted}</p>{}", goods(&wanted));
            page(StatusCode::OK, "Search", &results)
        }
        (&Method::GET, "/download") => page(
            StatusCode::OK,
            "Download",
            &format!("<p>{}</p>", argument(&query, "file")),
        ),
        (&Method::POST, "/login") => page(
            StatusCode::OK,
            "Hello",
            &format!("<p>Hello {}</p>", argument(&text, "user")),
        ),
        (&Method::POST, "/comments") => page(
            StatusCode::CREATED,
            "Thank you",
            &format!("<p>{}</p>", argument(&text, "text")),
        ),
        (&Method::POST, "/api/orders") => {
            let answer = format!("{{\"accepted\":true,\"bytes\":{}}}\n", body.len());
            let mut response = Response::new(Full::from(answer));
            response.headers_mut().insert(
                hyper::header::CONTENT_TYPE,
                hyper::header::HeaderValue::from_static("application/json"),
            );
            response
        }
        _ => page(StatusCode::NOT_FOUND, "Not here", ""),
    })
}

fn goods(wanted: &str) -> String {
    let wanted = wanted.to_lowercase();
    let rows: String = GOODS
        .iter()
        .filter(|(name, _)| name.to_lowercase().contains(&wanted))
        .map(|(name, cents)| format!("<li>{name}: {}.{:02}</li>", cents / 100, cents % 100))
        .collect();
    format!("<ul>{rows}</ul>")
}

fn page(status: StatusCode, title: &str, content: &str) -> Response<Full<Bytes>> {
    let text = format!("<!doctype html><title>{title}</title><h1>{title}</h1>{content}\n");
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        hyper::header::CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}

/// The value of a form argument, decoded; empty when it is not there.
fn argument(form: &str, name: &str) -> String {
    let value = form
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name);
    decoded(value.map_or("", |(_, value)| value))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (*first, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (byte, _) => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_is_as_careless_as_it_claims() {
        assert_eq!(argument("a=1&q=%3Cscript%3E+x", "q"), "<script> x");
        assert_eq!(argument("q", "q"), "");
        assert_eq!(decoded("%zz%4"), "%zz%4");
        assert!(goods("lamp").contains("Brass lamp: 79.00"));
    }
}
