//! Serving https: an authority made at the start vouches for this machine, and is gone with the emulator.

use std::{
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType,
};
use tempfile::NamedTempFile;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// A certificate for this machine, and the file that makes clients trust it.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca: CaFile,
}

/// The authority's certificate in PEM, in a file that is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct CaFile(NamedTempFile);

impl CaFile {
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Tls {
    /// A new authority with a certificate for the loopback addresses, `localhost` and the address served at. The
    /// authority's key is never written down.
    pub(crate) fn new(served: IpAddr) -> io::Result<Self> {
        let (authority, key, chain) = certificates(served).map_err(io::Error::other)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut file = tempfile::Builder::new().prefix("pim-emulator-ca-").suffix(".pem").tempfile()?;
        file.write_all(authority.as_bytes())?;
        file.flush()?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), ca: CaFile(file) })
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("ca", &self.ca).finish_non_exhaustive()
    }
}

type Certificates = (String, PrivateKeyDer<'static>, Vec<CertificateDer<'static>>);

/// The authority's certificate in PEM, and the server's key and chain.
fn certificates(served: IpAddr) -> Result<Certificates, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "pim-emulator authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "pim-emulator");
    for address in [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into(), served] {
        let name = SanType::IpAddress(address);
        if !params.subject_alt_names.contains(&name) {
            params.subject_alt_names.push(name);
        }
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Python checks strictly from 3.13 on, and then demands it.
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &authority)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((authority.pem(), PrivateKeyDer::from(key), vec![certificate.der().clone()]))
}
