//! `enrol-code`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use bitacora_core::enrol::team::{CodeRequest, IssuedCode};
use bitacora_core::enrol::{Role, ServerUrl};
use bitacora_core::id::PostId;
use qrcode::render::unicode::Dense1x2;

use super::Arguments;
use super::output::Output;
use crate::enrolment::qr;

/// Arguments of `enrol-code`.
#[derive(Debug, clap::Args)]
pub(super) struct EnrolCode {
    /// patrol_member, patrol_leader, medic, protection_focal or post_commander
    #[arg(long)]
    role: Role,
    /// The post's code [default: the only post]
    #[arg(long)]
    post: Option<PostId>,
    /// Name of the device in the list, such as "Cabo 17"
    #[arg(long)]
    name: String,
    /// Write the QR code to this SVG file
    #[arg(long, value_name = "FILE")]
    qr: Option<PathBuf>,
    /// Address of this server in the QR code [default: public_url, else where it was last reached]
    #[arg(long)]
    url: Option<ServerUrl>,
}

impl EnrolCode {
    pub(super) fn run(&self, arguments: &Arguments, output: &Output) -> anyhow::Result<bool> {
        let url = self.url(arguments)?;
        // Before a code is issued: one that nobody can read is spent for nothing.
        let picture = self.picture(url.is_some())?;
        let server = arguments.open_for(url)?;
        let post = match &self.post {
            Some(post) => post.clone(),
            None => server
                .only_post()?
                .context("this server has several posts: name one with --post")?,
        };
        let request = CodeRequest {
            role: self.role,
            device_name: self.name.clone(),
        };
        let issued = server.issue_code(&post, &request)?;
        if let (Some((path, mut file)), Some(svg)) = (picture, &issued.qr_svg) {
            file.write_all(svg.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        output.answer(&issued, || text(&issued))?;
        Ok(true)
    }

    /// Opens the file for the QR code, if one is wanted.
    fn picture(&self, has_url: bool) -> anyhow::Result<Option<(&Path, File)>> {
        let Some(path) = &self.qr else {
            return Ok(None);
        };
        if !has_url {
            bail!("a QR code needs the server's address: name it with --url https://HOST:PORT");
        }
        let file = for_owner(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Some((path, file)))
    }

    fn url(&self, arguments: &Arguments) -> anyhow::Result<Option<ServerUrl>> {
        if let Some(url) = self.url.clone().or(arguments.settings()?.public_url()?) {
            return Ok(Some(url));
        }
        // Written by `serve` when it begins to listen; without it there is just no QR code.
        Ok(fs::read_to_string(arguments.folder().address())
            .ok()
            .and_then(|text| text.parse().ok()))
    }
}

/// Makes a file that its owner alone can read, or empties one and makes it so: it will hold a living secret.
fn for_owner(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    if file.metadata()?.is_file() {
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    }
    Ok(file)
}

fn text(issued: &IssuedCode) -> String {
    let mut text = format!(
        "Code       {}\nExpires    {} (single use)\nPost       {}\nServer     {}\n",
        issued.code,
        issued.expires_at.format("%Y-%m-%d %H:%M:%S UTC"),
        issued.post,
        issued.server
    );
    if let Some(invitation) = &issued.invitation {
        text.push_str(&format!("Invitation {invitation}\n"));
        if let Some(qr) = qr(invitation) {
            text.push_str(
                // Most terminals are dark: the modules are drawn by what is not lit.
                &qr.render::<Dense1x2>()
                    .dark_color(Dense1x2::Light)
                    .light_color(Dense1x2::Dark)
                    .build(),
            );
            text.push('\n');
        }
    }
    text.push_str(
        "After enrolment compare the 6 digits on the device with `bitacora-server devices`.",
    );
    text
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_picture_of_a_living_code_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("code.svg");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        drop(for_owner(&path).unwrap());
        assert_eq!(mode(), 0o600, "a new one");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        drop(for_owner(&path).unwrap());
        assert_eq!(mode(), 0o600, "and one that was there");
    }
}
