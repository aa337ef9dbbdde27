//! Whether it is our child that listens on a port, and not somebody else.

use std::collections::HashSet;
use std::fs;

/// The state LISTEN in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// Whether this process has a TCP socket that listens on this port (any address).
///
/// Found in `/proc/PID/net/tcp` and `/proc/PID/fd`; `false` also where those cannot be read, as with a process of
/// another user.
pub fn owns_listener(pid: u32, port: u16) -> bool {
    let listening: HashSet<u64> = ["tcp", "tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(format!("/proc/{pid}/net/{table}")).ok())
        .flat_map(|table| listening_inodes(&table, port))
        .collect();
    if listening.is_empty() {
        return false;
    }
    let Ok(open_files) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    open_files
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok())
        .filter_map(|target| socket_inode(target.to_str()?))
        .any(|inode| listening.contains(&inode))
}

fn listening_inodes(table: &str, port: u16) -> Vec<u64> {
    let suffix = format!(":{port:04X}");
    table
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
            (*state == LISTEN && local.ends_with(&suffix)).then(|| inode.parse().ok())?
        })
        .collect()
}

fn socket_inode(link: &str) -> Option<u64> {
    link.strip_prefix("socket:[")?
        .strip_suffix(']')?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn only_the_process_that_listens_owns_the_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(owns_listener(std::process::id(), port));
        // Our parent does not, nor do we once it is closed, though a connection may linger.
        let connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        assert!(!owns_listener(std::os::unix::process::parent_id(), port));
        drop(listener);
        assert!(!owns_listener(std::process::id(), port));
        drop(connection);
    }

    #[test]
    fn listening_sockets_are_told_from_connections() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
             0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1\n\
             1: 0100007F:1F90 0100007F:1F91 01 00000000:00000000 00:00000000 00000000     0        0 222 1\n";
        assert_eq!(listening_inodes(table, 8080), [111]);
        assert!(listening_inodes(table, 8081).is_empty());
    }
}
