-- When all the others were asked: the state that they see is that of this moment.
select transaction_timestamp()
