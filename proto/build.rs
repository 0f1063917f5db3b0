//! Compiles the contract with protox, so that no `protoc` is needed. Generated Rust stays in `OUT_DIR`.

use std::{env, error::Error, fs, path::PathBuf};

/// `reason.proto` is imported by no service file, but part of the contract all the same.
const FILES: [&str; 4] = [
    "antigravityqa/gateway/v1/gateway.proto",
    "antigravityqa/retriever/v1/retriever.proto",
    "antigravityqa/answerer/v1/answerer.proto",
    "antigravityqa/type/v1/reason.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=antigravityqa");
    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true).open_files(FILES)?;

    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("antigravityqa.binpb"), compiler.encode_file_descriptor_set())?;
    let mut config = prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure().compile_fds_with_config(compiler.file_descriptor_set(), config)?;
    Ok(())
}
