//! The order in which the servers of a bed start: those that need no other at the same time.

use std::path::PathBuf;
use std::sync::Arc;

use crate::place::Place;
use crate::programs::Program;
use crate::{Alertmanager, Broker, Error, Flux, Kubernetes, Part, RabbitMq};

/// Starts the parts of a bed.
pub(crate) struct Start<'a, N> {
    pub(crate) parts: &'a [Part],
    pub(crate) place: &'a Place,
    /// Told what takes long.
    pub(crate) note: N,
}

impl<N: Fn(&str) + Clone + Send + 'static> Start<'_, N> {
    pub(crate) async fn clusters(&self) -> Result<(Option<Kubernetes>, Option<Flux>), Error> {
        if !self.wants(Part::Kubernetes) && !self.wants(Part::Flux) {
            return Ok((None, None));
        }
        let binaries = self.build(Program::ControlPlane).await?;
        let kubernetes = Kubernetes::start(&binaries, self.place).await?;
        if !self.wants(Part::Flux) {
            return Ok((Some(kubernetes), None));
        }
        let binaries = self.build(Program::Flux).await?;
        let flux = Flux::start(&binaries, &kubernetes, self.place).await?;
        Ok((Some(kubernetes), Some(flux)))
    }

    pub(crate) async fn messages(&self) -> Result<(Option<Arc<RabbitMq>>, Option<Broker>), Error> {
        if !self.wants(Part::RabbitMq) && !self.wants(Part::Broker) {
            return Ok((None, None));
        }
        let rabbitmq = RabbitMq::start(self.place);
        if !self.wants(Part::Broker) {
            return Ok((Some(Arc::new(rabbitmq.await?)), None));
        }
        let build = self.build(Program::RabbitMqBroker);
        let (rabbitmq, binaries) = tokio::try_join!(rabbitmq, build)?;
        let rabbitmq = Arc::new(rabbitmq);
        let broker = Broker::start(binaries, Arc::clone(&rabbitmq), self.place.clone()).await?;
        Ok((Some(rabbitmq), Some(broker)))
    }

    pub(crate) async fn alertmanager(&self) -> Result<Option<Alertmanager>, Error> {
        if !self.wants(Part::Alertmanager) {
            return Ok(None);
        }
        let binaries = self.build(Program::Alertmanager).await?;
        Alertmanager::start(&binaries, self.place).await.map(Some)
    }

    fn wants(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    async fn build(&self, program: Program) -> Result<PathBuf, Error> {
        program.built(self.note.clone()).await
    }
}
