//! The crypto provider of this process.

/// Makes ring what TLS calculates with. To be called before a reqwest client is built: reqwest is built without a provider of its own, since
/// aws-lc and its C sources would come with it.
pub fn install_crypto_provider() {
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
