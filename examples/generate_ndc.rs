//! Writes two issues of a made-up NDC directory: `generate_ndc DIR` makes `DIR/{old,new}/{product,package}.txt`.

#[path = "../benches/made_up/ndc_directory.rs"]
mod ndc_directory;

use std::path::Path;
use std::{env, fs, io};

use ndc_directory::{PRODUCTS, directory};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1);
    let folder =
        folder.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "name a folder to write to"))?;
    for (name, new) in [("old", false), ("new", true)] {
        let folder = Path::new(&folder).join(name);
        let directory = directory(new, PRODUCTS);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("product.txt"), directory.products)?;
        fs::write(folder.join("package.txt"), directory.packages)?;
    }
    Ok(())
}
