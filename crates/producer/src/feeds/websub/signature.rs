//! Signatures of deliveries: `X-Hub-Signature: METHOD=HEX`, an HMAC of the body.

use ring::hmac;

/// Whether `header` signs `body` with `secret`. Compared in constant time.
pub(super) fn is_signed(header: Option<&str>, secret: &str, body: &[u8]) -> bool {
    let Some((method, digest)) = header.and_then(|header| header.trim().split_once('=')) else {
        return false;
    };
    let algorithm = match method.to_ascii_lowercase().as_str() {
        // Broken for certificates, not as an HMAC; most hubs still sign so.
        "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return false,
    };
    let Some(digest) = from_hex(digest) else { return false };
    !secret.is_empty() && hmac::verify(&hmac::Key::new(algorithm, secret.as_bytes()), body, &digest).is_ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .trim()
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    digits
        .len()
        .is_multiple_of(2)
        .then(|| digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::is_signed;

    #[test]
    fn only_the_right_signature_is_taken() {
        // RFC 2202, case 2, and RFC 4231, case 2.
        const BODY: &[u8] = b"what do ya want for nothing?";
        const SHA1: &str = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        const SHA256: &str = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let check = |header: Option<&str>, secret: &str, body: &[u8], signed: bool| {
            assert_eq!(is_signed(header, secret, body), signed, "{header:?}");
        };
        check(Some(SHA1), "Jefe", BODY, true);
        check(Some(SHA256), "Jefe", BODY, true);
        check(Some(&SHA256.to_ascii_uppercase()), "Jefe", BODY, true);
        check(Some(SHA256), "jefe", BODY, false);
        check(Some(SHA256), "Jefe", b"what do you want for nothing?", false);
        check(Some(&SHA256.replace("sha256", "sha1")), "Jefe", BODY, false);
        check(Some(&SHA256.replace("sha256", "md5")), "Jefe", BODY, false);
        check(Some(&SHA256[..SHA256.len() - 2]), "Jefe", BODY, false);
        check(Some("sha256="), "Jefe", BODY, false);
        check(Some("sha256=5é"), "Jefe", BODY, false);
        check(Some(""), "Jefe", BODY, false);
        check(None, "Jefe", BODY, false);
        check(Some("sha1=fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"), "", b"", false);
    }
}
