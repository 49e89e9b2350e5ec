//! `dateline health`: whether the process on this machine can do its work, as its admin port
//! says. For health checks of containers, which have no other program to ask with.

use crate::args::{Common, Health, Probe};
use crate::output::Usage;
use crate::{config, output};
use dateline_runtime::admin::ask_admin;
use std::process::ExitCode;

impl Probe {
    fn path(self) -> &'static str {
        match self {
            Self::Ready => "/readyz",
            Self::Live => "/livez",
            Self::Started => "/startupz",
        }
    }
}

/// Exit code 0 for yes, 1 for no and for nobody there.
pub(crate) async fn run(common: &Common, options: &Health) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    if options.admin.is_none() && !config.admin.enabled {
        let why = "admin.enabled is false, so there is nobody to ask; give --admin, or switch it on";
        return Err(Usage(why.to_owned()).into());
    }
    let address = options.admin.unwrap_or(config.admin.listen);
    match ask_admin(address, options.probe.path()).await {
        Ok(answer) => {
            output::line(answer.body.trim_end())?;
            Ok(if answer.status == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Err(error) => anyhow::bail!(
            "no dateline answers on the admin port {address} ({error}); is one running here? --admin names \
             another port (the log says which one a process took)"
        ),
    }
}
