//! Trouble on purpose: what tests do to a service.

/// The same faults for every service; it has a `process` and a `ready`.
macro_rules! faults {
    ($service:ty) => {
        impl $service {
            /// The pid of its main process, while it runs.
            pub fn pid(&self) -> Option<u32> {
                self.process
                    .pid()
                    .map(|pid| pid.as_raw_nonzero().get().unsigned_abs())
            }

            pub(crate) fn process(&self) -> &crate::process::Process {
                &self.process
            }

            /// Its log file.
            pub fn log(&self) -> &std::path::Path {
                self.process.log()
            }

            /// Kills it with all its processes (SIGKILL), as a crash would. [`Self::restart`] brings it back.
            ///
            /// # Errors
            /// [`crate::Error::NotRunning`].
            pub fn kill(&self) -> Result<(), crate::Error> {
                self.process.kill()
            }

            /// Stops it with all its processes (SIGSTOP): connections stay open, and nothing answers.
            ///
            /// # Errors
            /// [`crate::Error::NotRunning`].
            pub fn pause(&self) -> Result<(), crate::Error> {
                self.process.pause()
            }

            /// Lets it go on (SIGCONT).
            ///
            /// # Errors
            /// [`crate::Error::NotRunning`].
            pub fn resume(&self) -> Result<(), crate::Error> {
                self.process.resume()
            }

            /// Stops it if it runs, starts it on the same port with the same data, and waits until it is ready.
            ///
            /// # Errors
            /// [`crate::Error::Died`] or [`crate::Error::NotReady`].
            pub async fn restart(&self) -> Result<(), crate::Error> {
                self.stop().await?;
                self.process.start()?;
                self.ready().await
            }

            /// Stops it in order, and waits until it has ended.
            ///
            /// # Errors
            /// [`crate::Error::Signal`].
            pub async fn stop(&self) -> Result<(), crate::Error> {
                let process = std::sync::Arc::clone(&self.process);
                tokio::task::spawn_blocking(move || process.stop()).await?
            }
        }
    };
}

pub(crate) use faults;
