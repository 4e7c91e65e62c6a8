//! RabbitMQ in the bed.
#![allow(clippy::unwrap_used, missing_docs)]

use knative_lambda_testbed::{Bed, Part, available_for};
use lapin::options::{
    BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel};

/// A quorum queue, as the broker's queues are.
async fn queue(channel: &Channel) {
    let mut arguments = FieldTable::default();
    let quorum = AMQPValue::LongString("quorum".into());
    arguments.insert("x-queue-type".into(), quorum);
    let options = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .queue_declare("events".into(), options, arguments)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_side_by_side_keep_their_own_messages() {
    if !available_for(&[Part::RabbitMq]) {
        return;
    }
    let start = || Bed::start(&[Part::RabbitMq]);
    let (first, second) = tokio::try_join!(start(), start()).unwrap();
    let mut channels = Vec::new();
    for bed in [&first, &second] {
        let connection = bed.rabbitmq().unwrap().connection().await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        queue(&channel).await;
        channels.push((connection, channel));
    }
    let (one, other) = (&channels[0].1, &channels[1].1);
    one.confirm_select(ConfirmSelectOptions::default())
        .await
        .unwrap();
    one.basic_publish(
        "".into(),
        "events".into(),
        BasicPublishOptions::default(),
        b"hello",
        BasicProperties::default(),
    )
    .await
    .unwrap()
    .await
    .unwrap();
    let get = async |channel: &Channel| {
        let options = BasicGetOptions { no_ack: true };
        let message = channel.basic_get("events".into(), options).await.unwrap();
        message.map(|message| message.delivery.data)
    };
    assert_eq!(get(other).await, None);
    assert_eq!(get(one).await.as_deref(), Some(b"hello".as_slice()));
    drop(second);
    // The first goes on without it.
    first.rabbitmq().unwrap().connection().await.unwrap();
}
