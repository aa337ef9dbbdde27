//! A rebuild touches rows alone: no table, view, right or guard is another one afterwards.

use super::place::Place;

/// Everything that the catalog says of relations, columns, constraints, indexes, triggers, rights, comments and
/// views of the layers, with the files that hold the rows.
const CATALOG: &str = "
    with relation as (
        select class.*
        from pg_class as class
        join pg_namespace as namespace on namespace.oid = class.relnamespace
        where namespace.nspname in ('silver', 'gold', 'ops')
    )
    select array_to_string(array(
        select format(
            '%s %s %s %s %s %s %s', oid, oid::regclass, relfilenode, relowner, relacl, reloptions,
            obj_description(oid, 'pg_class')
        ) from relation order by oid
    ) || array(
        select format(
            '%s %s %s %s %s', attribute.attrelid, attname, attribute, pg_get_expr(adbin, adrelid),
            col_description(attribute.attrelid, attnum)
        )
        from pg_attribute as attribute
        join relation on relation.oid = attrelid
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        order by attribute.attrelid, attnum
    ) || array(
        select format('%s %s %s', pg_constraint.oid, conname, pg_get_constraintdef(pg_constraint.oid))
        from pg_constraint join relation on relation.oid = conrelid order by pg_constraint.oid
    ) || array(
        select format('%s %s', indexrelid, pg_get_indexdef(indexrelid))
        from pg_index join relation on relation.oid = indrelid order by indexrelid
    ) || array(
        select format('%s %s', pg_trigger.oid, pg_get_triggerdef(pg_trigger.oid))
        from pg_trigger join relation on relation.oid = tgrelid order by pg_trigger.oid
    ) || array(
        select format('%s %s', oid, pg_get_viewdef(oid)) from relation where relkind = 'v' order by oid
    ), E'\\n')";

#[tokio::test]
async fn the_catalog_is_what_it_was_and_no_schema_was_made() {
    let place = Place::loaded().await;
    let catalog = async || -> String {
        let client = place.warehouse.superuser().await;
        client.query_one(CATALOG, &[]).await.unwrap().get(0)
    };
    let before = catalog().await;
    assert!(before.contains("dim_patient_joined"), "{before}");
    place.run("delete from gold.fact_location_stay").await;
    let rebuilt = place.rebuild().await;
    assert!(!rebuilt.is_same());
    assert_eq!(catalog().await, before);
    let schemas = "select count(*) from pg_namespace
        where nspname !~ '^pg_' and nspname <> 'information_schema'";
    assert_eq!(place.warehouse.count(schemas).await, 6);
    place.warehouse.assert_green().await;
}
