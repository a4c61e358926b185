//! Ids of observables.

use super::ask;
use serde_json::{Value, json};
use stix::Id;

/// (type, properties), for each type and each way that its id can be made.
fn observables() -> Vec<Value> {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let address = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4";
    let mail = "email-addr--9c26f228-aad6-5f9a-b41c-ede16ea40cfa";
    vec![
        json!({"type": "artifact", "payload_bin": "AAEC", "mime_type": "image/png"}),
        json!({"type": "artifact", "url": "https://example.com/", "hashes": {"SHA-256": sha256, "MD5": md5}}),
        json!({"type": "autonomous-system", "number": 64500, "name": "n"}),
        json!({"type": "directory", "path": "/usr/\u{e9}\u{1f600}\"\\\n\u{7f}"}),
        json!({"type": "domain-name", "value": "example.com"}),
        json!({"type": "email-addr", "value": "l\u{f6}we@example.com", "display_name": "n"}),
        json!({"type": "email-message", "is_multipart": false, "from_ref": mail, "subject": "s", "body": "b", "to_refs": [mail]}),
        json!({"type": "email-message", "is_multipart": false, "subject": ""}),
        json!({"type": "file", "name": "n", "size": 5}),
        json!({"type": "file", "hashes": {"SHA-1": sha1, "SHA-256": sha256}}),
        json!({"type": "file", "name": "n", "hashes": {"SSDEEP": "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "SHA3-256": sha256}}),
        json!({"type": "file", "name": "n", "parent_directory_ref": "directory--93c0a9b0-520d-545d-9094-1a08ddf46b05"}),
        json!({"type": "file", "name": "n", "extensions": {"ntfs-ext": {"sid": "1234567"}, "pdf-ext": {"version": "1.7", "is_optimized": true}}}),
        json!({"type": "file", "name": "n", "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "sections": [{"name": "CODE", "entropy": 0.061089}, {"name": "DATA", "entropy": 7.0}, {"name": "x", "entropy": 1e-7}]}}}),
        json!({"type": "ipv4-addr", "value": "198.51.100.0/24", "belongs_to_refs": ["autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446"]}),
        json!({"type": "ipv6-addr", "value": "2001:db8::1"}),
        json!({"type": "mac-addr", "value": "00:00:5e:00:53:01"}),
        json!({"type": "mutex", "name": "__CLEANSWEEP__"}),
        json!({"type": "network-traffic", "src_ref": address, "dst_port": 80, "protocols": ["ipv4", "tcp"]}),
        json!({"type": "network-traffic", "dst_ref": address, "src_port": 1, "start": "2020-01-01T00:00:00Z", "end": "2020-01-01T00:00:01.5Z", "is_active": false, "protocols": ["tcp"], "src_packets": 9,
            "extensions": {"tcp-ext": {"src_flags_hex": "00000002"}}}),
        json!({"type": "software", "name": "n", "vendor": "v", "version": "1", "cpe": "cpe:2.3:a:v:n:1:*:*:*:*:*:*:*", "swid": "s", "languages": ["en"]}),
        json!({"type": "url", "value": "https://example.com/?q=\u{fc}"}),
        json!({"type": "user-account", "user_id": "1001", "account_type": "unix", "account_login": "l", "display_name": "n"}),
        json!({"type": "user-account", "account_login": "l"}),
        json!({"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE\\System", "values": [{"name": "Foo", "data": "q", "data_type": "REG_SZ"}]}),
        json!({"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE\\System", "number_of_subkeys": 1}),
        json!({"type": "x509-certificate", "serial_number": "36:f7:d4", "issuer": "CN=x", "hashes": {"SHA-256": sha256}}),
        json!({"type": "x509-certificate", "serial_number": "36:f7:d4"}),
    ]
}

#[test]
fn observables_have_the_ids_that_the_python_library_gives_them() {
    let observables = observables();
    let theirs: Vec<String> = ask(include_str!("ids.py"), &observables);
    for (observable, theirs) in observables.iter().zip(theirs) {
        let properties = observable.as_object().unwrap();
        let ours = Id::of_observable(properties["type"].as_str().unwrap(), properties);
        assert_eq!(ours.unwrap().as_str(), theirs, "{observable}");
    }
}
