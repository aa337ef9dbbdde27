-- Who may see and do what, as the migrations grant it: a right beyond that opens a layer to people
-- for whom it is not, one that is missing closes gold to analysts.
with
wanted as (
    select *
    from (
        values
        ('wardflow_loader', 'bronze', '{INSERT,SELECT}'::text[]),
        ('wardflow_loader', 'silver', '{DELETE,INSERT,SELECT,UPDATE}'),
        ('wardflow_loader', 'gold', '{DELETE,INSERT,SELECT,UPDATE}'),
        ('wardflow_loader', 'vault', '{INSERT,SELECT,UPDATE}'),
        ('wardflow_loader', 'ops', '{DELETE,INSERT,SELECT,UPDATE}'),
        ('wardflow_analyst', 'gold', '{SELECT}'),
        ('wardflow_grafana', 'gold', '{SELECT}'),
        ('wardflow_privacy', 'gold', '{SELECT}'),
        ('wardflow_privacy', 'vault', '{SELECT}')
    ) as wanted (role, layer, privileges)
),
relation as (
    select class.oid, namespace.nspname as layer, class.relname as name, class.relacl, class.relowner
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname in ('bronze', 'silver', 'vault', 'gold', 'ops')
        and class.relkind in ('r', 'p', 'v', 'm')
),
granted as (
    select
        relation.layer,
        relation.name,
        case when acl.grantee = 0 then 'everybody' else pg_get_userbyid(acl.grantee)::text end as role,
        acl.privilege_type as privilege
    from relation
    cross join aclexplode(relation.relacl) as acl
    where acl.grantee <> relation.relowner
),
of_column as (
    select
        relation.layer,
        format('%s (%s)', relation.name, attribute.attname) as name,
        case when acl.grantee = 0 then 'everybody' else pg_get_userbyid(acl.grantee)::text end as role,
        acl.privilege_type as privilege
    from relation
    join pg_attribute as attribute on attribute.attrelid = relation.oid
    cross join aclexplode(attribute.attacl) as acl
),
wardflow_role as (
    select oid, rolname
    from pg_roles
    where rolname in (select role from wanted)
)
select format('right too many: %s may %s %s.%s', role, lower(privilege), layer, of_column.name) as what
from of_column
union all
select format('right too many: %s is a member of %s', member.rolname, pg_get_userbyid(membership.roleid))
from pg_auth_members as membership
join wardflow_role as member on member.oid = membership.member
union all
select format('right too many: %s may make tables in %s', role.rolname, layer.name)
from wardflow_role as role
cross join (values ('bronze'), ('silver'), ('vault'), ('gold'), ('ops')) as layer (name)
where has_schema_privilege(role.oid, layer.name, 'create')
union all
select format('right too many: %s may run %s', role.rolname, function.oid::regprocedure)
from wardflow_role as role
cross join pg_proc as function
where function.prosecdef
    and function.pronamespace = 'bronze'::regnamespace
    and role.rolname <> 'wardflow_loader'
    and has_function_privilege(role.oid, function.oid, 'execute')
union all
select format('right too many: %s may %s %s.%s', role, lower(privilege), layer, granted.name)
from granted
left join wanted using (role, layer)
where not coalesce(granted.privilege = any(wanted.privileges), false)
union all
select format('right missing: %s may not select gold.%s', wanted.role, relation.name)
from wanted
join relation using (layer)
where wanted.layer = 'gold' and not has_table_privilege(wanted.role, relation.oid, 'select')
