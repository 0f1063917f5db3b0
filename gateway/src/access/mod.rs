//! Which call of which protocol needs what. Who calls, and whether they have it, is the chassis' business.

mod methods;
mod paths;

use std::net::SocketAddr;

use antigravity_chassis::access::{AccessOptions, QuotaOptions};
use antigravity_chassis::options::Wrong;
use antigravity_chassis::server::Guard;

use crate::Options;
use crate::options::entries;

pub(crate) use self::methods::need;

/// The guard of a gateway that listens at `listen`. Opened before the port is bound: what is wrong is known at once.
pub fn guard(access: &AccessOptions, quota: QuotaOptions, options: &Options, listen: SocketAddr) -> Result<Guard, Wrong> {
    Ok(access.open(listen, &entries(&options.allowed_hosts), quota)?.guard(paths::need))
}
