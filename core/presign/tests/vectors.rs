//! The signature of the documentation. Amazon's own crate is asked in `edge-gateway/oracles`.

use facematch_presign::{Endpoint, PresignRequest, Signer};

const NOW_UNIX_S: i64 = 1_369_353_600;

fn signer() -> Signer {
    Signer {
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
        region: "us-east-1".into(),
    }
}

/// AWS, "Authenticating Requests: Using Query Parameters", the example at its end.
#[test]
fn presign_gives_the_signature_of_the_aws_documentation() {
    let endpoint = Endpoint::parse("https://examplebucket.s3.amazonaws.com").expect("an endpoint");
    let url = signer().presign(&PresignRequest {
        method: "GET",
        endpoint: &endpoint,
        path: "/test.txt",
        headers: &[],
        query: &[],
        now_unix_s: NOW_UNIX_S,
        expires_s: 86_400,
    });
    let want = "https://examplebucket.s3.amazonaws.com/test.txt\
        ?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    assert_eq!(url, want);
}
