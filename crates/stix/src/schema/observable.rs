//! Cyber observables (SCOs), in the order of the specification.

use super::parts::{Dictionary, MimePart, RegistryValue, TO_OBSERVABLES, X509V3Extensions};
use super::shape::{Binary, Hashes, Hex};
use super::{Rule, Targets};
use crate::vocabulary as words;
use crate::{Id, Timestamp};

objects! {
    /// Bytes, or where they are (section 6.1).
    Artifact = "artifact" in Observable ["hashes", "payload_bin"] {
        mime_type: String;
        payload_bin: Binary;
        url: String;
        hashes: Hashes;
        encryption_algorithm: String => Rule::Closed(words::ENCRYPTION_ALGORITHM);
        decryption_key: String;
    }

    /// A network of networks (section 6.2).
    AutonomousSystem = "autonomous-system" in Observable ["number"] {
        number: i64, required;
        name: String;
        rir: String;
    }

    /// A folder (section 6.3).
    Directory = "directory" in Observable ["path"] {
        path: String, required;
        path_enc: String;
        ctime: Timestamp;
        mtime: Timestamp;
        atime: Timestamp;
        contains_refs: Vec<Id> => Rule::To(Targets::Types(&["file", "directory"]));
    }

    /// A domain name (section 6.4).
    DomainName = "domain-name" in Observable ["value"] {
        value: String, required;
        resolves_to_refs: Vec<Id> => Rule::To(Targets::Types(&["ipv4-addr", "ipv6-addr", "domain-name"]));
    }

    /// An e-mail address (section 6.5).
    EmailAddr = "email-addr" in Observable ["value"] {
        value: String, required;
        display_name: String;
        belongs_to_ref: Id => Rule::To(Targets::Types(&["user-account"]));
    }

    /// A message (section 6.6).
    EmailMessage = "email-message" in Observable ["from_ref", "subject", "body"] {
        is_multipart: bool, required;
        date: Timestamp;
        content_type: String;
        from_ref: Id => Rule::To(Targets::Types(&["email-addr"]));
        sender_ref: Id => Rule::To(Targets::Types(&["email-addr"]));
        to_refs: Vec<Id> => Rule::To(Targets::Types(&["email-addr"]));
        cc_refs: Vec<Id> => Rule::To(Targets::Types(&["email-addr"]));
        bcc_refs: Vec<Id> => Rule::To(Targets::Types(&["email-addr"]));
        message_id: String;
        subject: String;
        received_lines: Vec<String>;
        additional_header_fields: Dictionary;
        body: String;
        body_multipart: Vec<MimePart>;
        raw_email_ref: Id => Rule::To(Targets::Types(&["artifact"]));
    }

    /// A file (section 6.7).
    File = "file" in Observable ["hashes", "name", "parent_directory_ref", "extensions"] {
        hashes: Hashes;
        size: i64 => Rule::Range(0, i64::MAX);
        name: String;
        name_enc: String;
        magic_number_hex: Hex;
        mime_type: String;
        ctime: Timestamp;
        mtime: Timestamp;
        atime: Timestamp;
        parent_directory_ref: Id => Rule::To(Targets::Types(&["directory"]));
        contains_refs: Vec<Id> => TO_OBSERVABLES;
        content_ref: Id => Rule::To(Targets::Types(&["artifact"]));
    }

    /// IPv4 addresses, one or a block (section 6.8).
    Ipv4Addr = "ipv4-addr" in Observable ["value"] {
        value: String, required;
        resolves_to_refs: Vec<Id> => Rule::To(Targets::Types(&["mac-addr"]));
        belongs_to_refs: Vec<Id> => Rule::To(Targets::Types(&["autonomous-system"]));
    }

    /// IPv6 addresses, one or a block (section 6.9).
    Ipv6Addr = "ipv6-addr" in Observable ["value"] {
        value: String, required;
        resolves_to_refs: Vec<Id> => Rule::To(Targets::Types(&["mac-addr"]));
        belongs_to_refs: Vec<Id> => Rule::To(Targets::Types(&["autonomous-system"]));
    }

    /// A hardware address (section 6.10).
    MacAddr = "mac-addr" in Observable ["value"] {
        value: String, required;
    }

    /// A lock of a program (section 6.11).
    Mutex = "mutex" in Observable ["name"] {
        name: String, required;
    }

    /// Traffic from one place to another (section 6.12).
    NetworkTraffic = "network-traffic" in Observable ["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"] {
        start: Timestamp;
        end: Timestamp;
        is_active: bool;
        src_ref: Id => Rule::To(Targets::Types(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"]));
        dst_ref: Id => Rule::To(Targets::Types(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"]));
        src_port: i64 => Rule::Range(0, 65_535);
        dst_port: i64 => Rule::Range(0, 65_535);
        protocols: Vec<String>, required;
        src_byte_count: i64 => Rule::Range(0, i64::MAX);
        dst_byte_count: i64 => Rule::Range(0, i64::MAX);
        src_packets: i64 => Rule::Range(0, i64::MAX);
        dst_packets: i64 => Rule::Range(0, i64::MAX);
        ipfix: Dictionary;
        src_payload_ref: Id => Rule::To(Targets::Types(&["artifact"]));
        dst_payload_ref: Id => Rule::To(Targets::Types(&["artifact"]));
        encapsulates_refs: Vec<Id> => Rule::To(Targets::Types(&["network-traffic"]));
        encapsulated_by_ref: Id => Rule::To(Targets::Types(&["network-traffic"]));
    }

    /// A running program (section 6.13).
    Process = "process" in Observable {
        is_hidden: bool;
        pid: i64;
        created_time: Timestamp;
        cwd: String;
        command_line: String;
        environment_variables: Dictionary;
        opened_connection_refs: Vec<Id> => Rule::To(Targets::Types(&["network-traffic"]));
        creator_user_ref: Id => Rule::To(Targets::Types(&["user-account"]));
        image_ref: Id => Rule::To(Targets::Types(&["file"]));
        parent_ref: Id => Rule::To(Targets::Types(&["process"]));
        child_refs: Vec<Id> => Rule::To(Targets::Types(&["process"]));
    }

    /// A product (section 6.14).
    Software = "software" in Observable ["name", "cpe", "swid", "vendor", "version"] {
        name: String, required;
        cpe: String;
        swid: String;
        languages: Vec<String>;
        vendor: String;
        version: String;
    }

    /// An address on the web (section 6.15).
    Url = "url" in Observable ["value"] {
        value: String, required;
    }

    /// An account of a user (section 6.16).
    UserAccount = "user-account" in Observable ["account_type", "user_id", "account_login"] {
        user_id: String;
        credential: String;
        account_login: String;
        account_type: String => Rule::Open(words::ACCOUNT_TYPE);
        display_name: String;
        is_service_account: bool;
        is_privileged: bool;
        can_escalate_privs: bool;
        is_disabled: bool;
        account_created: Timestamp;
        account_expires: Timestamp;
        credential_last_changed: Timestamp;
        account_first_login: Timestamp;
        account_last_login: Timestamp;
    }

    /// A key of the Windows registry (section 6.17).
    WindowsRegistryKey = "windows-registry-key" in Observable ["key", "values"] {
        key: String;
        values: Vec<RegistryValue>;
        modified_time: Timestamp;
        creator_user_ref: Id => Rule::To(Targets::Types(&["user-account"]));
        number_of_subkeys: i64;
    }

    /// A certificate (section 6.18).
    X509Certificate = "x509-certificate" in Observable ["hashes", "serial_number"] {
        is_self_signed: bool;
        hashes: Hashes;
        version: String;
        serial_number: String;
        signature_algorithm: String;
        issuer: String;
        validity_not_before: Timestamp;
        validity_not_after: Timestamp;
        subject: String;
        subject_public_key_algorithm: String;
        subject_public_key_modulus: String;
        subject_public_key_exponent: i64;
        x509_v3_extensions: X509V3Extensions;
    }
}
