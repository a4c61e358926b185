//! Reading an npm package: gzip around tar. Only regular files with short
//! names are of interest, which is a page of code and no dependency.

use anyhow::{Context, bail};
use flate2::read::GzDecoder;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

const BLOCK: u64 = 512;
/// The largest table is some 25 MB; far more is no table, or an attack.
const FILE_BYTES_MAX: u64 = 512 << 20;

/// Writes the wanted files of the package into `dir`, by their base names, and
/// returns how many of them were there.
pub(super) fn unpack(package: &Path, wanted: &[&str], dir: &Path) -> anyhow::Result<usize> {
    let mut tar = GzDecoder::new(File::open(package)?);
    let mut found = 0;
    while let Some((name, bytes)) = header(&mut tar).context("the package is damaged")? {
        if bytes > FILE_BYTES_MAX {
            bail!("the package holds a file of {bytes} bytes");
        }
        let padded = bytes.next_multiple_of(BLOCK);
        let mut content = (&mut tar).take(padded);
        // npm puts everything into the folder "package".
        let file = name.strip_prefix("package/").filter(|file| wanted.contains(file));
        if let Some(file) = file {
            let mut target = File::create(dir.join(file))?;
            let copied = io::copy(&mut (&mut content).take(bytes), &mut target)?;
            if copied < bytes {
                bail!("the package ends in the middle of {file}");
            }
            found += 1;
        }
        io::copy(&mut content, &mut io::sink())?;
    }
    Ok(found)
}

/// The next entry's name and length; none at the end.
fn header(tar: &mut impl Read) -> io::Result<Option<(String, u64)>> {
    let mut block = [0; BLOCK as usize];
    match tar.read_exact(&mut block) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    if block.iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    let text = |range: std::ops::Range<usize>| {
        let field = &block[range];
        let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
        String::from_utf8_lossy(&field[..end]).into_owned()
    };
    let bytes = u64::from_str_radix(text(124..136).trim(), 8)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a tar archive"))?;
    // A type other than "regular file" gets a name that nobody wants.
    let regular = matches!(block[156], 0 | b'0');
    Ok(Some((if regular { text(0..100) } else { String::new() }, bytes)))
}

/// Turns a JSON array of strings into a line each.
pub(super) fn lines_of_json(path: &Path, target: &Path) -> anyhow::Result<()> {
    let list: Vec<String> =
        serde_json::from_slice(&fs::read(path)?).context("is not a JSON array of names")?;
    fs::write(target, list.join("\n") + "\n")?;
    Ok(())
}
