DROP FUNCTION eng.touch_updated_at();
