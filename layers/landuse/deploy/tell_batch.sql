-- Batches of land checks are jobs: their changes are counted and told.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE TRIGGER count_change BEFORE UPDATE ON city.landuse_batch
    FOR EACH ROW EXECUTE FUNCTION city.count_job();
CREATE OR REPLACE TRIGGER tell_change AFTER INSERT OR UPDATE ON city.landuse_batch
    FOR EACH ROW EXECUTE FUNCTION city.tell_job();
