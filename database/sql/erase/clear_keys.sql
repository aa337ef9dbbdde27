-- Records of others that were sent under a patient's key keep no key.
update bronze.kafka_record set key = null where key = $1
