//! Writing the zip: it appears whole or not at all, and the same files give the same bytes.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tokio_util::sync::CancellationToken;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs files under their names.
pub(super) fn pack(
    zip: &Path,
    contents: &[(String, PathBuf)],
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let name = zip.file_name().context("--out names no file")?;
    let mut partial = name.to_owned();
    partial.push(".partial");
    let partial = zip.with_file_name(partial);
    let packed = write(&partial, contents, shutdown);
    if packed.is_err() {
        // What is left of it is of no use.
        let _ = fs::remove_file(&partial);
    }
    packed?;
    fs::rename(&partial, zip).with_context(|| format!("cannot write {}", zip.display()))
}

fn write(
    partial: &Path,
    contents: &[(String, PathBuf)],
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", partial.display());
    let file = File::create(partial).with_context(failed)?;
    let mut writer = ZipWriter::new(BufWriter::new(file));
    for (name, path) in contents {
        if shutdown.is_cancelled() {
            bail!("interrupted");
        }
        let unread = || format!("{name}: cannot read {}", path.display());
        let source = File::open(path).with_context(unread)?;
        let metadata = source.metadata().with_context(unread)?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(metadata.len() >= u64::from(u32::MAX))
            .unix_permissions(metadata.permissions().mode() & 0o777)
            // When it was packed is nobody's concern.
            .last_modified_time(DateTime::default());
        writer.start_file(name, options).with_context(failed)?;
        copy(source, &mut writer).with_context(|| format!("{name}: cannot be packed"))?;
    }
    let mut out = writer.finish().with_context(failed)?;
    out.flush().with_context(failed)
}

fn copy(source: impl Read, to: &mut impl io::Write) -> io::Result<u64> {
    io::copy(&mut BufReader::with_capacity(256 * 1024, source), to)
}
