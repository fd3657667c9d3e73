//! A server to which devices push.

use std::path::Path;

use bitacora_server::store::DataFolder;
use bitacora_server::{Config, Server};

use crate::images::{Finding, IMAGES, count, must_be_lost, trace};

#[test]
fn a_server_loses_nothing_that_it_receipted_and_is_whole() {
    let trace = trace("server", "16");
    let promised = trace.acknowledged_before(trace.operations.len()).len();
    assert_eq!(promised, 16, "each push is promised");
    let findings = count(&trace, 1, server_finding);
    assert_eq!(findings, [IMAGES, 0, 0], "whole, lost, corrupt images");
    must_be_lost(&trace, 1, server_finding);
}

/// Opens the server's folder as its operator would and looks for every row that was receipted.
fn server_finding(image: &Path, acknowledged: &[&str]) -> Finding {
    let promised = acknowledged.last().expect("a row is promised");
    let config = Config::new(DataFolder::new(image.join("server")));
    let report = Server::open(config)
        .map_err(anyhow::Error::from)
        .and_then(|server| Ok(server.verify()?));
    match report {
        Ok(report) if !report.is_sound() => {
            eprintln!("{report:?}");
            Finding::Corrupt
        }
        Ok(report) if report.rows < promised.parse().unwrap() => Finding::Lost,
        Ok(_) => Finding::Whole,
        Err(error) => {
            eprintln!("{error:#}");
            Finding::Corrupt
        }
    }
}
