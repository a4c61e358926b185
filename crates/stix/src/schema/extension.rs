//! Extensions that the specification itself gives to cyber observables.

use super::parts::Dictionary;
use super::shape::{Hashes, Hex};
use super::{Field, Rule, Shape, Shaped, Targets};
use crate::vocabulary as words;
use crate::{Id, Timestamp};

structures! {
    /// A file of files, `archive-ext` (section 6.7.2).
    Archive {
        contains_refs: Vec<Id>, required => Rule::To(Targets::Types(&["file", "directory"]));
        comment: String;
    }

    /// A file on NTFS, `ntfs-ext` (section 6.7.3).
    Ntfs {
        sid: String;
        alternate_data_streams: Vec<AlternateDataStream>;
    }

    /// A stream beside the main one of a file (section 6.7.3.1).
    AlternateDataStream {
        name: String, required;
        hashes: Hashes;
        size: i64 => Rule::Range(0, i64::MAX);
    }

    /// A document, `pdf-ext` (section 6.7.4).
    Pdf {
        version: String;
        is_optimized: bool;
        document_info_dict: Dictionary;
        pdfid0: String;
        pdfid1: String;
    }

    /// A picture, `raster-image-ext` (section 6.7.5).
    RasterImage {
        image_height: i64;
        image_width: i64;
        bits_per_pixel: i64;
        exif_tags: Dictionary;
    }

    /// A program for Windows, `windows-pebinary-ext` (section 6.7.6).
    WindowsPeBinary {
        pe_type: String, required => Rule::Open(words::WINDOWS_PEBINARY_TYPE);
        imphash: String;
        machine_hex: Hex;
        number_of_sections: i64 => Rule::Range(0, i64::MAX);
        time_date_stamp: Timestamp;
        pointer_to_symbol_table_hex: Hex;
        number_of_symbols: i64 => Rule::Range(0, i64::MAX);
        size_of_optional_header: i64 => Rule::Range(0, i64::MAX);
        characteristics_hex: Hex;
        file_header_hashes: Hashes;
        optional_header: WindowsPeOptionalHeader;
        sections: Vec<WindowsPeSection>;
    }

    /// The optional header of a program for Windows (section 6.7.6.1).
    WindowsPeOptionalHeader {
        magic_hex: Hex;
        major_linker_version: i64;
        minor_linker_version: i64;
        size_of_code: i64 => Rule::Range(0, i64::MAX);
        size_of_initialized_data: i64 => Rule::Range(0, i64::MAX);
        size_of_uninitialized_data: i64 => Rule::Range(0, i64::MAX);
        address_of_entry_point: i64;
        base_of_code: i64;
        base_of_data: i64;
        image_base: i64;
        section_alignment: i64;
        file_alignment: i64;
        major_os_version: i64;
        minor_os_version: i64;
        major_image_version: i64;
        minor_image_version: i64;
        major_subsystem_version: i64;
        minor_subsystem_version: i64;
        win32_version_value_hex: Hex;
        size_of_image: i64 => Rule::Range(0, i64::MAX);
        size_of_headers: i64 => Rule::Range(0, i64::MAX);
        checksum_hex: Hex;
        subsystem_hex: Hex;
        dll_characteristics_hex: Hex;
        size_of_stack_reserve: i64 => Rule::Range(0, i64::MAX);
        size_of_stack_commit: i64 => Rule::Range(0, i64::MAX);
        size_of_heap_reserve: i64 => Rule::Range(0, i64::MAX);
        size_of_heap_commit: i64 => Rule::Range(0, i64::MAX);
        loader_flags_hex: Hex;
        number_of_rva_and_sizes: i64;
        hashes: Hashes;
    }

    /// A section of a program for Windows (section 6.7.6.2).
    WindowsPeSection {
        name: String, required;
        size: i64 => Rule::Range(0, i64::MAX);
        entropy: f64;
        hashes: Hashes;
    }

    /// A request over HTTP, `http-request-ext` (section 6.12.2).
    HttpRequest {
        request_method: String, required;
        request_value: String, required;
        request_version: String;
        request_header: Dictionary;
        message_body_length: i64;
        message_body_data_ref: Id => Rule::To(Targets::Types(&["artifact"]));
    }

    /// A message of ICMP, `icmp-ext` (section 6.12.3).
    Icmp {
        icmp_type_hex: Hex, required;
        icmp_code_hex: Hex, required;
    }

    /// A socket, `socket-ext` (section 6.12.4).
    Socket {
        address_family: String, required => Rule::Closed(words::NETWORK_SOCKET_ADDRESS_FAMILY);
        is_blocking: bool;
        is_listening: bool;
        options: Dictionary;
        socket_type: String => Rule::Closed(words::NETWORK_SOCKET_TYPE);
        socket_descriptor: i64 => Rule::Range(0, i64::MAX);
        socket_handle: i64;
    }

    /// Traffic over TCP, `tcp-ext` (section 6.12.5).
    Tcp {
        src_flags_hex: Hex;
        dst_flags_hex: Hex;
    }

    /// A process on Windows, `windows-process-ext` (section 6.13.2).
    WindowsProcess {
        aslr_enabled: bool;
        dep_enabled: bool;
        priority: String;
        owner_sid: String;
        window_title: String;
        startup_info: Dictionary;
        integrity_level: String => Rule::Closed(words::WINDOWS_INTEGRITY_LEVEL);
    }

    /// A service on Windows, `windows-service-ext` (section 6.13.3).
    WindowsService {
        service_name: String;
        descriptions: Vec<String>;
        display_name: String;
        group_name: String;
        start_type: String => Rule::Closed(words::WINDOWS_SERVICE_START_TYPE);
        service_dll_refs: Vec<Id> => Rule::To(Targets::Types(&["file"]));
        service_type: String => Rule::Closed(words::WINDOWS_SERVICE_TYPE);
        service_status: String => Rule::Closed(words::WINDOWS_SERVICE_STATUS);
    }

    /// An account on UNIX, `unix-account-ext` (section 6.16.2).
    UnixAccount {
        gid: i64;
        groups: Vec<String>;
        home_dir: String;
        shell: String;
    }
}

/// What is said of an extension.
#[derive(Debug)]
pub struct Predefined {
    /// Its key in `extensions`.
    pub key: &'static str,
    /// The type that it is one of.
    pub of: &'static str,
    /// Its properties.
    pub fields: &'static [Field],
}

const fn predefined<T: Shaped>(key: &'static str, of: &'static str) -> Predefined {
    match T::SHAPE {
        Shape::Structure(fields) => Predefined { key, of, fields },
        _ => Predefined { key, of, fields: &[] },
    }
}

/// Every extension of the specification.
pub const PREDEFINED: &[Predefined] = &[
    predefined::<Archive>("archive-ext", "file"),
    predefined::<Ntfs>("ntfs-ext", "file"),
    predefined::<Pdf>("pdf-ext", "file"),
    predefined::<RasterImage>("raster-image-ext", "file"),
    predefined::<WindowsPeBinary>("windows-pebinary-ext", "file"),
    predefined::<HttpRequest>("http-request-ext", "network-traffic"),
    predefined::<Icmp>("icmp-ext", "network-traffic"),
    predefined::<Socket>("socket-ext", "network-traffic"),
    predefined::<Tcp>("tcp-ext", "network-traffic"),
    predefined::<WindowsProcess>("windows-process-ext", "process"),
    predefined::<WindowsService>("windows-service-ext", "process"),
    predefined::<UnixAccount>("unix-account-ext", "user-account"),
];
