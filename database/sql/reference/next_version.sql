-- Lanes that hold the reference data as it was notice it by this.
update ops.reference set version = version + 1
